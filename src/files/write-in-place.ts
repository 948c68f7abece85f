import { randomBytes } from "node:crypto";
import type { Stats } from "node:fs";
import { access, constants, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Failure } from "../model/failure.ts";
import { invalid, valid, type Parsed } from "../model/problems.ts";
import { reasonOf } from "./reason.ts";

/**
 * Puts a new text in a file's place, whole or not at all: beside it first, then renamed over it. Its permissions stay,
 * and a symbolic link stays one.
 * @throws Failure `not-written`
 */
export async function writeInPlace(path: string, text: string): Promise<void> {
  await orFailure(path, async () => {
    const target = await realpath(path);
    await replace(target, text, (await stat(target)).mode);
  });
}

/**
 * Writes a file, whole or not at all; one that is there is replaced as by `writeInPlace`. What is no ordinary file, as
 * `/dev/stdout`, is written to.
 * @param mode the access rights of one that is not there yet
 * @throws Failure `not-written`
 */
export async function writeOut(path: string, text: string, mode = 0o666): Promise<void> {
  const found = await orFailure(path, () => statOf(path));
  if (found?.isFile() === true) return writeInPlace(path, text);
  await orFailure(path, () => (found === undefined ? replace(path, text, mode) : writeFile(path, text)));
}

/** Whether `writeOut` can write there, as far as can be told without doing it. */
export async function checkWritable(path: string): Promise<Parsed<string>> {
  try {
    const found = await statOf(path);
    if (found?.isDirectory() === true) return invalid("is a folder");
    await access(found === undefined || found.isFile() ? dirname(path) : path, constants.W_OK);
    return valid(path);
  } catch (error) {
    return invalid(`can't be written: ${reasonOf(error)}`);
  }
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

async function replace(target: string, text: string, mode: number): Promise<void> {
  const beside = `${target}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    await writeFile(beside, text, { mode, flag: "wx" });
    await rename(beside, target);
  } catch (error) {
    await rm(beside, { force: true });
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
