import { constants, type Stats } from "node:fs";
import { open, rm, type FileHandle } from "node:fs/promises";
import { Failure } from "../model/failure.ts";
import { LIMITS } from "../model/limits.ts";
import { tooLarge, UnreadableFile } from "./open-file.ts";
import { reasonOf } from "./reason.ts";

const CHUNK = 256 * 1024;
const NEWLINE = 0x0a;

/** Where a line is in a journal. */
export interface LinePlace {
  readonly from: number;
  readonly bytes: number;
}

/** A file of lines that grows, each line on the disk before the next is begun. */
export interface Journal {
  /** @throws Failure `not-written`, also where another process has written to the file meanwhile */
  append(line: string): Promise<LinePlace>;
  read(place: LinePlace): Promise<string>;
  close(): Promise<void>;
  remove(): Promise<void>;
}

/** How a journal is opened. */
export interface JournalOptions {
  /** The first line of a new one. */
  readonly header: string;
  /** Looks at the open file before it is read; throws where it must not be used. */
  readonly check: (opened: Stats) => void;
  /** Told of each whole line, the first one included, in their order; throws where the file is not the one that is meant. */
  readonly onLine: (line: string, place: LinePlace) => void;
}

/**
 * Opens a journal, or begins one that only its owner can read. A last line without its end is what a run left that was
 * killed while it wrote: it is cut off.
 * @throws UnreadableFile, and the system's own errors (`reasonOf` puts both in words)
 */
export async function openJournal(path: string, options: JournalOptions): Promise<Journal> {
  // Windows has not all of them; of what is not there, no bit is set.
  const { O_RDWR, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  const handle = await open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new UnreadableFile("is not a regular file");
    options.check(stats);
    const end = await readLines(handle, options.onLine);
    if (end === 0 && stats.size > 0) await requireBeginning(handle, stats.size, options.header);
    await handle.truncate(end);
    const journal = growing(path, handle, end);
    if (end === 0) await journal.append(options.header);
    return journal;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function growing(path: string, handle: FileHandle, size: number): Journal {
  let end = size;
  let last: Promise<unknown> = Promise.resolve();
  const write = async (line: string): Promise<LinePlace> => {
    const bytes = Buffer.from(`${line}\n`);
    const place = { from: end, bytes: bytes.length - 1 };
    if ((await handle.stat()).size !== end) throw new UnreadableFile("was changed by another process");
    for (let done = 0; done < bytes.length;)
      done += (await handle.write(bytes, done, bytes.length - done, end + done)).bytesWritten;
    await handle.datasync();
    end += bytes.length;
    return place;
  };
  return {
    // One after the other: of lines side by side, a killed process may leave a later one whole and an earlier one not.
    append(line) {
      const written = last.then(() => orFailure(path, () => write(line)));
      last = written.catch(() => undefined);
      return written;
    },
    async read({ from, bytes }) {
      const line = Buffer.alloc(bytes);
      await handle.read(line, 0, bytes, from);
      return line.toString("utf8");
    },
    async close() {
      await last;
      await handle.close();
    },
    async remove() {
      await rm(path, { force: true });
    },
  };
}

/** Reads all whole lines, one in memory at a time, and gives where the last one ends. */
async function readLines(handle: FileHandle, onLine: JournalOptions["onLine"]): Promise<number> {
  let from = 0;
  let parts: Buffer[] = [];
  let bytes = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK);
    const { bytesRead } = await handle.read(chunk, 0, CHUNK, from + bytes);
    if (bytesRead === 0) return from;
    let rest = chunk.subarray(0, bytesRead);
    for (let at = rest.indexOf(NEWLINE); at >= 0; at = rest.indexOf(NEWLINE)) {
      const line = Buffer.concat([...parts, rest.subarray(0, at)]);
      onLine(line.toString("utf8"), { from, bytes: line.length });
      from += line.length + 1;
      parts = [];
      bytes = 0;
      rest = rest.subarray(at + 1);
    }
    parts.push(rest);
    bytes += rest.length;
    if (bytes > LIMITS.journalLineBytes) throw tooLarge(LIMITS.journalLineBytes);
  }
}

/** A file without a whole line is overwritten only if it is what was written of our first one. */
async function requireBeginning(handle: FileHandle, size: number, header: string): Promise<void> {
  const bytes = Buffer.alloc(Math.min(size, Buffer.byteLength(header) + 1));
  await handle.read(bytes, 0, bytes.length, 0);
  if (!header.startsWith(bytes.toString("utf8"))) throw new UnreadableFile("is not a journal of irsa");
}

async function orFailure<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw new Failure("failed", "not-written", `'${path}' can't be written: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}
