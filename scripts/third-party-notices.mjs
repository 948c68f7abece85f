// The licences of the packages that went into the bundle, which ask to be shipped with it.
import { readdirSync, readFileSync } from "node:fs";

/**
 * @param metafile esbuild's account of what it read and wrote
 * @param also folders of packages that are within another's own bundle
 * @returns one text with name, version and licence of every package of which something is in the bundle
 * @throws Error when a package names no licence
 */
export function noticesOf(metafile, also = []) {
  const inputs = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
  const folders = new Set([...also, ...inputs.map(packageFolder).filter((folder) => folder !== undefined)]);
  return [...folders]
    .toSorted((one, other) => (one < other ? -1 : 1))
    .map(noticeOf)
    .join(`\n${"-".repeat(80)}\n`);
}

function packageFolder(file) {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
}

function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  if (typeof license !== "string") throw new Error(`${name} names no licence`);
  const texts = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|notice|copying)(\W|$)/i.test(file))
    .map((file) => readFileSync(`${folder}/${file}`, "utf8").trim());
  return [`${name} ${version} (${license})`, ...texts].join("\n\n");
}
