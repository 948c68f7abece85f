// Which packages have something in the bundle, by esbuild's account of it.

/** The folder of the package that a file is of; undefined for files of our own. */
export function packageFolder(file) {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
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
  const folders = bundledFiles(metafile).map(packageFolder);
  return [...new Set([...also, ...folders.filter((folder) => folder !== undefined)])].toSorted();
}
