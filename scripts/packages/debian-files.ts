import { execFile } from "node:child_process";
import { access, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Where apt has the repositories of this machine, and those of Debian alone where they have a file of their own. */
const SOURCES = ["/etc/apt/sources.list.d/debian.sources", "/etc/apt/sources.list"];

/** The files of a package, unpacked and not installed. */
export interface DebianFiles {
  /** The path of the first one of that name. @throws Error when there is none */
  readonly find: (name: string) => Promise<string>;
  readonly remove: () => Promise<void>;
}

/**
 * Downloads a package of Debian for an architecture, which may be another than that of this machine: apt gets lists and a state
 * of its own, and checks signatures with this machine's keys.
 * @throws Error where there is no apt, or not such a package
 */
export async function debianFiles(name: string, architecture: string): Promise<DebianFiles> {
  const folder = await mkdtemp(join(tmpdir(), "irsa-debian-"));
  const files = join(folder, "files");
  for (const own of ["lists/partial", "cache/archives/partial", "files"])
    await mkdir(join(folder, own), { recursive: true });
  await writeFile(join(folder, "status"), "");
  const settings = {
    "APT::Architecture": architecture,
    "APT::Architectures": architecture,
    "APT::Sandbox::User": "root",
    "Acquire::Languages": "none",
    "Dir::State": folder,
    "Dir::State::status": join(folder, "status"),
    "Dir::Cache": join(folder, "cache"),
    "Dir::Etc::sourcelist": await firstOf(SOURCES),
    "Dir::Etc::sourceparts": "/dev/null",
  };
  const options = Object.entries(settings).flatMap(([key, value]) => ["--option", `${key}=${value}`]);
  await run("apt-get", ["--quiet", ...options, "update"]);
  await run("apt-get", ["--quiet", ...options, "download", name], { cwd: folder });
  const archive = (await readdir(folder)).find((one) => one.endsWith(".deb")) ?? name;
  await run("dpkg-deb", ["--extract", join(folder, archive), files]);
  return {
    find: async (wanted) => {
      const all = await readdir(files, { recursive: true, withFileTypes: true });
      const found = all.find((one) => one.isFile() && one.name === wanted);
      if (found === undefined) throw new Error(`no ${wanted} in ${archive}`);
      return join(found.parentPath, found.name);
    },
    remove: async () => rm(folder, { recursive: true }),
  };
}

async function firstOf(paths: readonly string[]): Promise<string> {
  for (const path of paths) {
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  throw new Error(`no apt: ${paths.join(", ")} not found`);
}
