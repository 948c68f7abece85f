import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { reasonOf, SandboxError } from "./sandbox-error.ts";

/** The most that a file of the state has: far more than an AWS account at its quotas. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * The JSON value that a file holds; `undefined` when there is no such file.
 * @throws SandboxError `sandbox-state` when the file can't be read or is damaged
 */
export function readJsonFile(file: string): unknown {
  const text = textOf(file);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // What the parser says quotes the text, and there may be throw-away keys in it.
    throw unusable(file, "is not valid JSON");
  }
}

function textOf(file: string): string | undefined {
  try {
    return readRegularFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw unusable(file, `can't be read: ${reasonOf(error)}`);
  }
}

/** Without O_NONBLOCK opening a named pipe would wait for its writer. */
function readRegularFile(file: string): string {
  const opened = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = fstatSync(opened);
    if (!stats.isFile()) throw new Error("it is not a regular file");
    if (stats.size > MAX_BYTES) throw new Error("it is larger than 256 MiB");
    return readFileSync(opened, "utf8");
  } finally {
    closeSync(opened);
  }
}

/** The failure to use what a folder keeps. */
export function unusable(file: string, problem: string): SandboxError {
  return new SandboxError("sandbox-state", `the sandbox's state '${file}' ${problem}`);
}

/**
 * Writes a JSON value, whole or not at all, readable by this user alone: there may be throw-away keys in it.
 * @throws SandboxError `sandbox-state` when the file can't be written
 */
export function writeJsonFile(file: string, value: unknown): void {
  const unfinished = `${file}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    // Beside it may be what somebody else has put there, a symbolic link too.
    writeFileSync(unfinished, `${JSON.stringify(value, undefined, 1)}\n`, { mode: 0o600, flag: "wx" });
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw unusable(file, `can't be written: ${reasonOf(error)}`);
  }
}
