// The licenses of the packages that went into the bundle, which ask to be shipped with it.
import { readdirSync, readFileSync } from "node:fs";
import { bundledPackages } from "./bundled-packages.mjs";

/**
 * @param metafile what esbuild tells of what it read and wrote
 * @param also folders of packages that are within another's own bundle
 * @returns one text with name, version and license of every package of which something is in the bundle
 * @throws Error when a package names no license
 */
export function noticesOf(metafile, also = []) {
  return bundledPackages(metafile, also)
    .map(noticeOf)
    .join(`\n${"-".repeat(80)}\n`);
}

function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  if (typeof license !== "string") throw new Error(`${name} names no license`);
  const texts = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|notice|copying)(\W|$)/i.test(file))
    // A folder's order is the file system's.
    .toSorted()
    .map((file) => readFileSync(`${folder}/${file}`, "utf8").trim());
  return [`${name} ${version} (${license})`, ...texts].join("\n\n");
}
