import { randomBytes } from "node:crypto";
import type { Stats } from "node:fs";
import { access, constants, lstat, open, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Failure } from "../model/failure.ts";
import { LIMITS } from "../model/limits.ts";
import { invalid, valid, type Parsed } from "../model/problems.ts";
import { isInside, UnreadableFile } from "./open-file.ts";
import { readTextFile } from "./read-file.ts";
import { reasonOf } from "./reason.ts";

/** A file that was read and is to be replaced. */
export interface ReadBefore {
  readonly path: string;
  /** Its text then. */
  readonly before: string;
  /** The folder that it was found in, as `realpath` gives it; of a file that was named, nothing. */
  readonly within?: string;
}

/** A file as it is just before it is replaced: whoever exchanges it meanwhile is found out. */
interface Target {
  /** Without symbolic links. */
  readonly path: string;
  readonly found: Stats;
}

/**
 * Checks files before the first of them is written.
 * @throws Failure `not-written` for one that has changed since it was read, or that `writeInPlace` would refuse
 */
export async function checkReplaceable(files: readonly ReadBefore[]): Promise<void> {
  for (const file of files)
    await orFailure(file.path, async () => {
      const { path } = await unchanged(file);
      await access(dirname(path), constants.W_OK);
    });
}

/**
 * Puts a new text in a file's place, whole or not at all: beside it first, then renamed over it. Its permissions stay, and
 * a symbolic link stays one. A link that leads out of the file's folder is not written through: what it leads to may be
 * anything that the user may write.
 * @throws Failure `not-written`, also when the file has changed since it was read
 */
export async function writeInPlace(file: ReadBefore, text: string): Promise<void> {
  await orFailure(file.path, async () => replace(await unchanged(file), text));
}

/**
 * Writes a file, whole or not at all; one that is there is replaced as by `writeInPlace`. What is not an ordinary file, as
 * `/dev/stdout`, is written to.
 * @param mode the access rights of one that is not there yet
 * @throws Failure `not-written`
 */
export async function writeOut(path: string, text: string, mode = 0o666): Promise<void> {
  await orFailure(path, async () => {
    const found = await statOf(path);
    if (found === undefined) return create(path, text, mode);
    if (!found.isFile() || isDevice(path)) return writeFile(path, text);
    return replace(await targetOf(path, undefined), text);
  });
}

/** Whether `writeOut` can write there, as far as that is known without writing. */
export async function checkWritable(path: string): Promise<Parsed<string>> {
  try {
    const found = await statOf(path);
    if (found?.isDirectory() === true) return invalid("is a directory");
    if (found?.isFile() === true && !isDevice(path)) await targetOf(path, undefined);
    await access(found === undefined || found.isFile() ? dirname(path) : path, constants.W_OK);
    return valid(path);
  } catch (error) {
    return invalid(`can't be written: ${reasonOf(error)}`);
  }
}

/** `/dev/stdout` leads to whatever the shell has put there, and is meant to. */
function isDevice(path: string): boolean {
  return /^\/(dev|proc)\//.test(path);
}

async function unchanged({ path, before, within }: ReadBefore): Promise<Target> {
  const target = await targetOf(path, within);
  const now = await readTextFile(target.path, {
    maxBytes: LIMITS.manifestBytes,
    within: dirname(target.path),
  });
  if (now !== before) throw new UnreadableFile("has changed since it was read");
  return target;
}

async function targetOf(path: string, within: string | undefined): Promise<Target> {
  const target = await realpath(path);
  const folder = within ?? (await realpath(dirname(path)));
  if (!isInside(folder, target))
    throw new UnreadableFile("is a symbolic link that points outside the directory");
  const found = await lstat(target);
  if (!found.isFile()) throw new UnreadableFile("is not a regular file");
  return { path: target, found };
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

async function replace({ path, found }: Target, text: string): Promise<void> {
  await beside(path, text, found.mode & 0o7777, async () => {
    const now = await lstat(path);
    if (now.ino !== found.ino || now.dev !== found.dev || now.mtimeMs !== found.mtimeMs)
      throw new UnreadableFile("has changed since it was read");
  });
}

async function create(path: string, text: string, mode: number): Promise<void> {
  await beside(path, text, undefined, async () => undefined, mode);
}

/** Writes a file beside, which must not exist, and renames it once `check` has nothing against it. */
async function beside(
  path: string,
  text: string,
  exactMode: number | undefined,
  check: () => Promise<void>,
  mode = 0o600,
): Promise<void> {
  const unfinished = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    const file = await open(unfinished, "wx", mode);
    try {
      await file.writeFile(text);
      // What is asked for at creation is cut by the umask.
      if (exactMode !== undefined) await file.chmod(exactMode);
      await file.sync();
    } finally {
      await file.close();
    }
    await check();
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function orFailure<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const message = `'${path}' can't be written: ${reasonOf(error)}`;
    throw new Failure("failed", "not-written", message, { cause: error });
  }
}
