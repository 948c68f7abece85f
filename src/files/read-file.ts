import { closeSync, readSync } from "node:fs";
import { setTimeout as later } from "node:timers/promises";
import { LIMITS } from "../model/limits.ts";
import { codeOf, openChecked, tooLarge, UnreadableFile, type ReadOptions } from "./open-file.ts";

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
  if (STDIN_PATHS.has(path) && options.within === undefined)
    return textOf(await readStdin(options.maxBytes), options);
  const file = open(path, options);
  try {
    for (;;) {
      const step = file.next();
      if (step === "end") return textOf(file.bytes(), options);
      if (step === "wait") await later(PIPE_PAUSE);
    }
  } finally {
    file.close();
  }
}

/** As `readTextFile`, synchronously, for a kubeconfig's credentials: not stdin, and a pipe only if it is ready. */
export function readTextFileSync(path: string, options: ReadOptions): string {
  const file = open(path, { ...options, patience: LIMITS.writerMilliseconds });
  try {
    const pause = new Int32Array(new SharedArrayBuffer(4));
    for (;;) {
      const step = file.next();
      if (step === "end") return textOf(file.bytes(), options);
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

interface OpenFile {
  /** Reads on: `wait` while a pipe has nothing to give. */
  next(): "more" | "wait" | "end";
  bytes(): Buffer;
  close(): void;
}

/**
 * The beginning and the end of a file of a folder, to see what it is, each byte as a character.
 * @throws UnreadableFile, and the system's own errors
 */
export function readEnds(path: string, within: string, bytes: number): string {
  const { fd, stats } = openChecked(path, { maxBytes: Number.MAX_SAFE_INTEGER, within });
  try {
    const at = (position: number): string => {
      const chunk = Buffer.allocUnsafe(Math.min(bytes, stats.size));
      return chunk.toString("latin1", 0, readSync(fd, chunk, 0, chunk.length, position));
    };
    return stats.size <= bytes ? at(0) : `${at(0)}\n${at(Math.max(bytes, stats.size - bytes))}`;
  } finally {
    closeSync(fd);
  }
}

function open(path: string, options: ReadOptions & { readonly patience?: number }): OpenFile {
  const { fd, stats } = openChecked(path, options);
  return reading(fd, stats.isFIFO(), options.maxBytes, options.patience ?? LIMITS.pipeMilliseconds);
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
          throw new UnreadableFile(`sent nothing for ${patience / 1000} s`);
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
  const silence = `sent nothing for ${LIMITS.pipeMilliseconds / 1000} s`;
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

function textOf(bytes: Buffer, { allowUtf16 = false }: ReadOptions): string {
  const utf16 = allowUtf16 ? utf16Of(bytes) : undefined;
  if (utf16 !== undefined) return new TextDecoder(utf16).decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UnreadableFile("is not UTF-8 text");
  }
}

function utf16Of([first, second]: Buffer): "utf-16le" | "utf-16be" | undefined {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : undefined;
}
