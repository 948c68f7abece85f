import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  realpathSync,
  statSync,
  type Stats,
} from "node:fs";
import { devNull } from "node:os";
import { relative, isAbsolute, sep } from "node:path";
import { setTimeout as later } from "node:timers/promises";
import { LIMITS, sizeText } from "../model/limits.ts";

/** What may be read, and how much of it. */
export interface ReadOptions {
  readonly maxBytes: number;
  /**
   * The folder that the file was found in, as `realpath` gives it. What is found must be a regular file inside; one that
   * the user named may be a pipe and may be a symbolic link to anywhere.
   */
  readonly within?: string;
  /** Looks at the open file, as at its owner, before it is read; throws where it must not be. */
  readonly check?: (opened: Stats) => void;
}

/** Why a file is not read; the message is half a sentence that follows its name. */
export class UnreadableFile extends Error {
  override readonly name = "UnreadableFile";
}

/** How stdin is given as a path. */
export const STDIN = "-";
/** Other names of stdin. Opening them again would read a terminal's or a pipe's bytes from under Node's own stream. */
const STDIN_PATHS = new Set([STDIN, "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"]);
const CHUNK = 256 * 1024;
/** Milliseconds between two looks at a pipe that has nothing yet. */
const PIPE_PAUSE = 10;

/**
 * Reads a text file, a pipe or stdin: the one way in which irsa reads a file. The size counts while it is read, since
 * files of /proc and pipes have none; what kind of file it is, is asked of the open file, which can't be exchanged.
 * @returns the text exactly as it is, a byte order mark included
 * @throws UnreadableFile, and the system's own errors (`reasonOf` puts both in words)
 */
export async function readTextFile(path: string, options: ReadOptions): Promise<string> {
  if (STDIN_PATHS.has(path) && options.within === undefined) return textOf(await readStdin(options.maxBytes));
  const file = open(path, options);
  try {
    for (;;) {
      const step = file.next();
      if (step === "end") return textOf(file.bytes());
      if (step === "wait") await later(PIPE_PAUSE);
    }
  } finally {
    file.close();
  }
}

/** As `readTextFile`, for what must be read at once, as a kubeconfig's credentials: not stdin, and a pipe only if it is ready. */
export function readTextFileSync(path: string, options: ReadOptions): string {
  const file = open(path, { ...options, patience: LIMITS.writerMilliseconds });
  try {
    const pause = new Int32Array(new SharedArrayBuffer(4));
    for (;;) {
      const step = file.next();
      if (step === "end") return textOf(file.bytes());
      if (step === "wait") Atomics.wait(pause, 0, 0, PIPE_PAUSE);
    }
  } finally {
    file.close();
  }
}

/** The text without the byte order mark that it may begin with. */
export function withoutByteOrderMark(text: string): string {
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}

/** True if a path, both as `realpath` gives them, is inside the folder. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

interface OpenFile {
  /** Reads on: `wait` while a pipe has nothing to give. */
  next(): "more" | "wait" | "end";
  bytes(): Buffer;
  close(): void;
}

function open(
  path: string,
  { maxBytes, within, patience, check }: ReadOptions & { readonly patience?: number },
): OpenFile {
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
    return reading(fd, stats.isFIFO(), maxBytes, patience ?? LIMITS.pipeMilliseconds);
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
  if (stats.isDirectory()) throw new UnreadableFile("is a folder");
  // KUBECONFIG=/dev/null is how people say that there is none.
  if (isNamed && (stats.isFIFO() || isNull(path, stats))) return;
  throw new UnreadableFile(isNamed ? "is not a regular file or a pipe" : "is not a regular file");
}

function isNull(path: string, stats: Stats): boolean {
  return path === devNull || (stats.isCharacterDevice() && stats.rdev === statSync(devNull).rdev);
}

function reading(fd: number, isPipe: boolean, maxBytes: number, patience: number): OpenFile {
  const chunks: Buffer[] = [];
  const began = performance.now();
  let total = 0;
  let heard = began;
  const end = (): "end" | "wait" => {
    // A pipe that nobody has opened for writing looks as if it had ended.
    if (!isPipe || total > 0) return "end";
    if (performance.now() - began < LIMITS.writerMilliseconds) return "wait";
    return "end";
  };
  return {
    next() {
      const chunk = Buffer.allocUnsafe(CHUNK);
      let length: number;
      try {
        length = readSync(fd, chunk, 0, CHUNK, null);
      } catch (error) {
        if (codeOf(error) !== "EAGAIN") throw error;
        if (performance.now() - heard > patience)
          throw new UnreadableFile(`gave nothing for ${patience / 1000} s`);
        return "wait";
      }
      if (length === 0) return end();
      total += length;
      if (total > maxBytes) throw tooLarge(maxBytes);
      chunks.push(chunk.subarray(0, length));
      heard = performance.now();
      if (!isPipe && heard - began > LIMITS.fileMilliseconds)
        throw new UnreadableFile(`was not read within ${LIMITS.fileMilliseconds / 1000} s`);
      return "more";
    },
    bytes: () => Buffer.concat(chunks),
    close: () => closeSync(fd),
  };
}

/** A person at a terminal may take any time. */
async function readStdin(maxBytes: number): Promise<Buffer> {
  const { stdin } = process;
  const chunks: Buffer[] = [];
  let total = 0;
  const silence = `gave nothing for ${LIMITS.pipeMilliseconds / 1000} s`;
  const timer = setTimeout(() => stdin.destroy(new UnreadableFile(silence)), LIMITS.pipeMilliseconds);
  if (stdin.isTTY) clearTimeout(timer);
  try {
    for await (const chunk of stdin as AsyncIterable<Buffer>) {
      total += chunk.length;
      if (total > maxBytes) throw tooLarge(maxBytes);
      chunks.push(chunk);
      if (!stdin.isTTY) timer.refresh();
    }
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(chunks);
}

function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UnreadableFile("is not UTF-8 text");
  }
}

function tooLarge(maxBytes: number): UnreadableFile {
  return new UnreadableFile(`is larger than ${sizeText(maxBytes)}`);
}

function outside(): UnreadableFile {
  return new UnreadableFile("is a symbolic link that leads out of the folder");
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
