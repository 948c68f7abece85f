// What must be so before a release is packed, as problems in words; none where all is well.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const read = (folder, file) => JSON.parse(readFileSync(join(folder, file), "utf8"));

/** Runs git in the folder; what it prints. */
export function git(folder, ...args) {
  return execFileSync("git", args, {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  }).trim();
}

/**
 * @param folder a checkout with its node_modules
 * @returns one line for each thing that is wrong, with what to do about it
 */
export function releaseProblems(folder) {
  const manifest = read(folder, "package.json");
  return [
    ...treeProblems(folder, manifest),
    ...versionProblems(folder, manifest),
    ...addressProblems(manifest),
    ...lockProblems(read(folder, "package-lock.json"), read(folder, "node_modules/.package-lock.json")),
  ];
}

function treeProblems(folder, { version }) {
  const tag = `v${version}`;
  const changed = git(folder, "status", "--porcelain");
  const tags = git(folder, "tag", "--points-at", "HEAD").split("\n");
  return [
    ...(changed === "" ? [] : [`the working tree has changes; commit or remove them:\n${changed}`]),
    ...(tags.includes(tag) ? [] : [`HEAD is not tagged ${tag}:\n    git tag --sign ${tag} --message ${tag}`]),
  ];
}

function versionProblems(folder, { version }) {
  const lock = read(folder, "package-lock.json");
  const changelog = readFileSync(join(folder, "CHANGELOG.md"), "utf8");
  const hasHeading = changelog.split("\n").some((line) => line.startsWith("## ") && line.includes(version));
  return [
    ...(/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)
      ? []
      : [`version '${version}' is not a valid release version`]),
    ...(lock.version === version
      ? []
      : [`package-lock.json has version ${lock.version}, package.json ${version}`]),
    ...(hasHeading ? [] : [`CHANGELOG.md has no heading for ${version}`]),
  ];
}

/** npm ties provenance to the repository; a reserved name (RFC 2606) stands where none is known yet. */
function addressProblems({ repository, homepage, bugs, author = "" }) {
  const addresses = {
    "repository.url": repository?.url,
    homepage,
    "bugs.url": bugs?.url,
    author: author.replace(/^.*<.*@(.*)>$/, "https://$1"),
  };
  return Object.entries(addresses).flatMap(([name, address = ""]) => {
    const host = URL.canParse(address) ? new URL(address.replace(/^git\+/, "")).hostname : "";
    const isReal = host.includes(".") && !/(^|\.)(example|invalid|test|localhost)$/.test(host);
    return isReal ? [] : [`package.json: ${name} is a placeholder, '${address}'; set the public address`];
  });
}

/** Every package must have a checksum, and must be installed as the lockfile has it; the workspaces are no packages of others. */
export function lockProblems(locked, installed) {
  const own = workspacesIn(locked);
  const packages = Object.entries(locked.packages).filter(([path]) => !own.has(path));
  const unsafe = packages.flatMap(([path, { integrity, resolved, link }]) => [
    ...(/^sha512-[\w+/]+=*$/.test(integrity ?? "") && link !== true
      ? []
      : [`package-lock.json: ${path} has no sha512 checksum`]),
    ...(resolved === undefined || resolved.startsWith("https://registry.npmjs.org/")
      ? []
      : [`package-lock.json: ${path} is not from the npm registry: ${resolved}`]),
  ]);
  const differing = Object.entries(installed.packages).filter(
    ([path, { integrity, link, resolved }]) =>
      locked.packages[path]?.integrity !== integrity ||
      (link === true && locked.packages[path]?.resolved !== resolved),
  );
  const lacking = packages.filter(
    ([path, { optional }]) => optional !== true && !(path in installed.packages),
  );
  const asLocked = differing.length + lacking.length === 0;
  const names = [...differing, ...lacking].map(([path]) => path);
  return [
    ...unsafe,
    ...(asLocked ? [] : [`not installed as in package-lock.json: ${names.join(", ")}\n    npm ci`]),
  ];
}

/** The root, the workspaces' folders, and the links to them; a link to elsewhere, or of another name, is not among them. */
function workspacesIn({ packages }) {
  const folders = Object.entries(packages).filter(([path]) => /^(?:packages\/[\w-]+|src\/model)$/.test(path));
  const links = folders
    .map(([path, { name }]) => [path, `node_modules/${name ?? path.split("/").at(-1)}`])
    .filter(([path, link]) => packages[link]?.link === true && packages[link].resolved === path);
  return new Set(["", ...folders.map(([path]) => path), ...links.map(([, link]) => link)]);
}
