import { UnreadableFile } from "./open-file.ts";

/** What the system says of a file, in words. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  EACCES: "not permitted",
  EPERM: "not permitted",
  EISDIR: "it is a folder",
  EROFS: "it is on a disk that can't be written to",
  ENOSPC: "the disk is full",
  ELOOP: "its symbolic links lead in a circle",
  ENAMETOOLONG: "its name is too long",
};

/** Why a file could not be read or written. */
export function reasonOf(error: unknown): string {
  if (error instanceof UnreadableFile) return `it ${error.message}`;
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  // The system's words stand between its code and the call that Node made.
  return REASONS[code] ?? /^[A-Z\d]+: (.+), \w+(?: '|$)/.exec(error.message)?.[1] ?? error.message;
}
