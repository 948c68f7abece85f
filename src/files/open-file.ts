import { closeSync, constants, fstatSync, openSync, realpathSync, statSync, type Stats } from "node:fs";
import { devNull } from "node:os";
import { isAbsolute, relative, sep } from "node:path";
import { sizeText } from "../model/limits.ts";

/** What may be read, and how much of it. */
export interface ReadOptions {
  readonly maxBytes: number;
  /**
   * The folder that the file was found in, as `realpath` gives it. What is found must be a regular file inside; one that
   * the user named may be a pipe and may be a symbolic link to anywhere.
   */
  readonly within?: string;
  /** Also accepts UTF-16 with a byte order mark. */
  readonly allowUtf16?: boolean;
  /** Looks at the open file, as at its owner, before it is read; throws where it must not be. */
  readonly check?: (opened: Stats) => void;
}

/** Why a file is not read; the message is half a sentence that follows its name. */
export class UnreadableFile extends Error {
  override readonly name = "UnreadableFile";
}

/** True if a path, both as `realpath` gives them, is inside the folder. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/**
 * Opens a file that may be read. What kind of file it is, is asked of the open file, which can't be exchanged.
 * @throws UnreadableFile, and the system's own errors
 */
export function openChecked(
  path: string,
  { maxBytes, within, check }: ReadOptions,
): { readonly fd: number; readonly stats: Stats } {
  // Without O_NONBLOCK opening a pipe would wait for its writer.
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (within === undefined ? 0 : nofollow());
  const target = within === undefined ? path : realpathSync(path);
  if (within !== undefined && !isInside(within, target)) throw outside();
  const fd = openOrExplain(target, flags);
  try {
    const stats = fstatSync(fd);
    if (within !== undefined) checkStillInside(path, within, stats);
    checkKind(path, stats, within === undefined);
    check?.(stats);
    if (stats.isFile() && stats.size > maxBytes) throw tooLarge(maxBytes);
    return { fd, stats };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function nofollow(): number {
  return constants.O_NOFOLLOW ?? 0;
}

function openOrExplain(path: string, flags: number): number {
  try {
    return openSync(path, flags);
  } catch (error) {
    // What opening a socket says.
    if (codeOf(error) === "ENXIO" || codeOf(error) === "EOPNOTSUPP")
      throw new UnreadableFile("is not a regular file");
    if (codeOf(error) === "ELOOP") throw outside();
    throw error;
  }
}

/** A folder on the way may have been exchanged for a link between the look and the opening: the open file is compared. */
function checkStillInside(path: string, within: string, opened: Stats): void {
  const target = realpathSync(path);
  const found = statSync(target);
  if (!isInside(within, target) || found.ino !== opened.ino || found.dev !== opened.dev) throw outside();
}

function checkKind(path: string, stats: Stats, isNamed: boolean): void {
  if (stats.isFile()) return;
  if (stats.isDirectory()) throw new UnreadableFile("is a directory");
  // KUBECONFIG=/dev/null is how people say that there is none.
  if (isNamed && (stats.isFIFO() || isNull(path, stats))) return;
  throw new UnreadableFile(isNamed ? "is not a regular file or a pipe" : "is not a regular file");
}

function isNull(path: string, stats: Stats): boolean {
  return path === devNull || (stats.isCharacterDevice() && stats.rdev === statSync(devNull).rdev);
}

/** A file that is too large. */
export function tooLarge(maxBytes: number): UnreadableFile {
  return new UnreadableFile(`is larger than ${sizeText(maxBytes)}`);
}

function outside(): UnreadableFile {
  return new UnreadableFile("is a symbolic link that points outside the directory");
}

/** The system's code of an error. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
