import { randomBytes } from "node:crypto";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { readTextFileSync } from "../files/read-file.ts";
import { reasonOf } from "../files/reason.ts";
import { Failure } from "../model/failure.ts";
import { readJson } from "../model/json.ts";
import { LIMITS } from "../model/limits.ts";

/**
 * The JSON value that a file holds; `undefined` when there is no such file.
 * @throws Failure `sandbox-state` when the file can't be read or is damaged
 */
export function readJsonFile(file: string): unknown {
  const text = textOf(file);
  if (text === undefined) return undefined;
  const read = readJson(text);
  if (read.ok) return read.value;
  throw unusable(file, read.problem.message);
}

function textOf(file: string): string | undefined {
  try {
    return readTextFileSync(file, { maxBytes: LIMITS.sandboxStateBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw unusable(file, `can't be read: ${reasonOf(error)}`);
  }
}

/** The failure to use what a folder keeps. */
export function unusable(file: string, problem: string): Failure {
  return new Failure("input", "sandbox-state", `the sandbox's state '${file}' ${problem}`, {
    advice: "Name another folder with --dir, or remove this one",
  });
}

/**
 * Writes a JSON value, whole or not at all, readable by this user alone: there may be throw-away keys in it.
 * @throws Failure `sandbox-state` when the file can't be written
 */
export function writeJsonFile(file: string, value: unknown): void {
  const unfinished = `${file}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    // Beside it may stand what somebody else has put there, a symbolic link too.
    writeFileSync(unfinished, `${JSON.stringify(value, undefined, 1)}\n`, { mode: 0o600, flag: "wx" });
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw unusable(file, `can't be written: ${reasonOf(error)}`);
  }
}
