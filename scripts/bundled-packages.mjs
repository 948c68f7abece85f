// Which packages have something in the bundle, as esbuild tells.

/** The folder of the package that a file is of; none for files of our own. */
function packageFolder(file) {
  const [, folder] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file) ?? [];
  return folder === undefined ? [] : [folder];
}

/** The files of which something is in the output. Modules that plugins made up (`namespace:path`) are no files. */
export function bundledFiles({ outputs }) {
  const files = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
  return [...new Set(files)].filter((file) => !/^[\w-]+:|^</.test(file)).toSorted();
}

/**
 * The folders of these files' packages, sorted.
 * @param also folders of packages that are within another's own bundle
 */
export function bundledPackages(metafile, also = []) {
  const folders = bundledFiles(metafile).flatMap(packageFolder);
  return [...new Set([...also, ...folders])].toSorted((one, other) => (one < other ? -1 : 1));
}
