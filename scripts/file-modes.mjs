// Gives what is packed the same modes whatever the umask, under which a checkout and a build get theirs: npm packs them.
import { chmodSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const { files, bin } = JSON.parse(readFileSync("package.json", "utf8"));
/** What npm packs of itself. */
const ALWAYS = ["package.json", "README.md", "LICENSE"];
const executables = new Set(Object.values(bin).map((path) => join(path)));

function setModes(path) {
  const isFolder = statSync(path).isDirectory();
  chmodSync(path, isFolder || executables.has(path) ? 0o755 : 0o644);
  if (isFolder) for (const name of readdirSync(path)) setModes(join(path, name));
}

for (const path of [...ALWAYS, ...files]) setModes(path);
