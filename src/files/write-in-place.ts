import { randomBytes } from "node:crypto";
import { realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { Failure } from "../model/failure.ts";

/**
 * Puts a new text in a file's place, whole or not at all: beside it first, then renamed over it. Its permissions stay,
 * and a symbolic link stays one.
 * @throws Failure `not-written`
 */
export async function writeInPlace(path: string, text: string): Promise<void> {
  let beside: string | undefined;
  try {
    const target = await realpath(path);
    const { mode } = await stat(target);
    beside = `${target}.${randomBytes(6).toString("hex")}.tmp`;
    await writeFile(beside, text, { mode, flag: "wx" });
    await rename(beside, target);
  } catch (error) {
    if (beside !== undefined) await rm(beside, { force: true });
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure("failed", "not-written", `'${path}' can't be written: ${reason}`, { cause: error });
  }
}
