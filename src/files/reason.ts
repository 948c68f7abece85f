import { UnreadableFile } from "./open-file.ts";

/** Says that a file or folder does not exist, in every message. */
export const NO_SUCH_FILE = "no such file or directory";

/** What the system says of a file, in words. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: NO_SUCH_FILE,
  ENOTDIR: NO_SUCH_FILE,
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "it is a directory",
  EROFS: "read-only file system",
  ENOSPC: "no space left on device",
  ELOOP: "too many levels of symbolic links",
  ENAMETOOLONG: "file name too long",
};

/** Why a file could not be read or written. */
export function reasonOf(error: unknown): string {
  if (error instanceof UnreadableFile) return `it ${error.message}`;
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  // The system's words stand between its code and the call that Node made.
  return REASONS[code] ?? /^[A-Z\d]+: (.+), \w+(?: '|$)/.exec(error.message)?.[1] ?? error.message;
}
