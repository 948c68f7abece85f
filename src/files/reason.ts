/** What the system says of a file, in words; what it says otherwise is told as it is. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  EACCES: "not permitted",
  EPERM: "not permitted",
  EISDIR: "it is a folder",
  EROFS: "it is on a disk that can't be written to",
  ENOSPC: "the disk is full",
};

/** Why a file could not be read or written. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return REASONS[code] ?? error.message;
}
