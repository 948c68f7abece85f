import { execFile, execFileSync } from "node:child_process";
import { chmod, cp, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { binaryPath } from "./binary.ts";
import { containerfileOf } from "./containerfile.ts";
import { contentsPath, DOCUMENTS } from "./contents.ts";
import { debianFiles } from "./debian-files.ts";
import { readProduct } from "./product.ts";
import type { Target } from "./targets.ts";

const run = promisify(execFile);

/** What Bun's executables load, and where: the path of the loader is written in them. */
const LIBRARIES: Readonly<Record<Target["arch"], { readonly folder: string; readonly loader: string }>> = {
  amd64: { folder: "lib/x86_64-linux-gnu", loader: "lib64/ld-linux-x86-64.so.2" },
  arm64: { folder: "lib/aarch64-linux-gnu", loader: "lib/ld-linux-aarch64.so.1" },
};
const LOADED = ["libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0"];

/** Without it, glibc asks DNS before it reads /etc/hosts. */
const NSSWITCH = "hosts: files dns\n";

/** What it is called while it is built. */
const NAME = "localhost/irsa";

/** The folder from which the image is built. */
export function imageFolder(folder: string): string {
  return join(folder, "image");
}

/** The name of the archive with the image of every architecture, as OCI defines it. */
export function imageName(version: string): string {
  return `irsa_${version}_image.tar`;
}

/**
 * Writes `<folder>/image`: the recipe, and the root file system for each of these targets, with glibc from Debian.
 * @throws Error where Debian's packages can't be had
 */
export async function writeImageFolder(folder: string, targets: readonly Target[]): Promise<void> {
  const commit = execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8" }).trim();
  const image = imageFolder(folder);
  await rm(image, { recursive: true, force: true });
  await mkdir(image, { recursive: true });
  await writeFile(join(image, "Containerfile"), containerfileOf(readProduct(), commit));
  for (const target of targets) await writeRoot(folder, target);
}

async function writeRoot(folder: string, target: Target): Promise<void> {
  const root = join(imageFolder(folder), target.arch);
  const { folder: libraries, loader } = LIBRARIES[target.arch];
  const documents = "usr/share/doc/irsa";
  const glibc = await debianFiles("libc6", target.arch);
  await place(binaryPath(folder, target), join(root, "usr/bin/irsa"));
  for (const name of LOADED) await place(await glibc.find(name), join(root, libraries, name));
  await place(await glibc.find(loader.replace(/^.*\//, "")), join(root, loader));
  await place(await glibc.find("copyright"), join(root, "usr/share/doc/libc6/copyright"));
  for (const { name, installed } of DOCUMENTS)
    await place(contentsPath(folder, name), join(root, documents, installed));
  await mkdir(join(root, "etc"));
  await writeFile(join(root, "etc/nsswitch.conf"), NSSWITCH);
  await glibc.remove();
  await readable(root);
}

async function place(from: string, to: string): Promise<void> {
  await mkdir(join(to, ".."), { recursive: true });
  await cp(from, to, { dereference: true });
}

/** For the image's user, whoever built it and with which umask. */
async function readable(root: string): Promise<void> {
  await chmod(root, 0o755);
  const all = await readdir(root, { recursive: true, withFileTypes: true });
  for (const one of all) {
    const isProgram = one.isDirectory() || one.name === "irsa" || one.name.startsWith("ld-linux");
    await chmod(join(one.parentPath, one.name), isProgram ? 0o755 : 0o644);
  }
}

/** Runs buildah with what it stores in this folder, and what it mounts. */
export function buildahIn(store: string) {
  const options = ["--storage-driver", "vfs", "--root", join(store, "root"), "--runroot", join(store, "run")];
  return async (...args: readonly string[]) => run("buildah", [...options, ...args]);
}

/** Builds the image from its folder into one archive with all of these targets; needs buildah. */
export async function buildImage(folder: string, targets: readonly Target[], date: Date): Promise<void> {
  const image = imageFolder(folder);
  const archive = resolve(folder, imageName(readProduct().version));
  const store = join(folder, "image-store");
  const buildah = buildahIn(store);
  await rm(store, { recursive: true, force: true });
  await rm(archive, { force: true });
  try {
    const platforms = targets.map(({ os, arch }) => `${os}/${arch}`).join(",");
    const build = ["build", "--isolation", "chroot", "--format", "oci", "--manifest", NAME];
    const seconds = String(date.getTime() / 1000);
    await buildah(...build, "--platform", platforms, "--timestamp", seconds, image);
    await buildah("manifest", "push", "--all", NAME, `oci-archive:${archive}`);
  } finally {
    await rm(store, { recursive: true, force: true });
  }
}
