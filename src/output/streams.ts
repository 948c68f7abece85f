import { fstatSync, writeSync } from "node:fs";
import { isatty } from "node:tty";
import { getSystemErrorMap } from "node:util";
import type { BrokenStream } from "../model/interruption-cause.ts";
import { withoutSecrets } from "../model/secrets.ts";

type StreamName = BrokenStream["stream"];

/** One of the streams. What is written to it once it is broken is lost, and nobody is told again. */
export interface OutputStream {
  /** Writes a text without the secrets in it. */
  readonly write: (text: string) => void;
  /** Settles when all that was written so far has been taken by the system, or can't be. Never rejects. */
  readonly flushed: () => Promise<void>;
  readonly broken: () => BrokenStream | undefined;
  /** How many bytes wait for whoever reads them. */
  readonly waiting: () => number;
}

/** stdout and stderr of this process. */
export interface OutputStreams {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly flushed: () => Promise<void>;
}

/** @param onBroken is called once for each stream that breaks */
export function processStreams(onBroken: (broken: BrokenStream) => void): OutputStreams {
  const stdout = outputStream("stdout", 1, onBroken);
  const stderr = outputStream("stderr", 2, onBroken);
  return {
    stdout,
    stderr,
    flushed: async () => void (await Promise.all([stdout.flushed(), stderr.flushed()])),
  };
}

function outputStream(
  stream: StreamName,
  descriptor: 1 | 2,
  onBroken: (broken: BrokenStream) => void,
): OutputStream {
  let broken: BrokenStream | undefined;
  const fail = (error: NodeJS.ErrnoException): void => {
    if (broken !== undefined) return;
    const code = error.code ?? "EIO";
    broken = { stream, code, reason: reasonOf(code), isTerminal: onScreen };
    onBroken(broken);
  };
  // Spinners and questions are drawn on the stream itself.
  const onScreen = isatty(descriptor);
  const sink =
    onScreen || !isFileLike(descriptor) ? byNode(stream, fail, onScreen) : toFile(descriptor, fail);
  return {
    write: (text) => {
      if (broken === undefined && text !== "") sink.write(withoutSecrets(text));
    },
    flushed: sink.flushed,
    broken: () => broken,
    waiting: sink.waiting,
  };
}

type Sink = Pick<OutputStream, "write" | "flushed" | "waiting">;

/** Pipes and terminals by Node's stream, which is opened at the first use: that takes as long as all else that a start does. */
function byNode(name: StreamName, fail: (error: NodeJS.ErrnoException) => void, atOnce: boolean): Sink {
  let opened: NodeJS.WriteStream | undefined;
  let pending: Promise<unknown> = Promise.resolve();
  // Counted here: what waits within Bun is not in its `writableLength`.
  let waiting = 0;
  const open = (): NodeJS.WriteStream => (opened ??= process[name].on("error", fail));
  if (atOnce) open();
  return {
    write: (text) => {
      const bytes = Buffer.byteLength(text);
      waiting += bytes;
      const written = new Promise<void>((resolve) => {
        open().write(text, (error) => {
          waiting -= bytes;
          if (error) fail(error);
          resolve();
        });
      });
      // Node writes in order: who waits for this one has waited for those before.
      pending = written;
    },
    flushed: async () => void (await pending),
    waiting: () => waiting,
  };
}

/** Files and devices: Node's stream takes a write that a full disk cut short for a whole one. */
function toFile(descriptor: number, fail: (error: NodeJS.ErrnoException) => void): Sink {
  return {
    write: (text) => {
      try {
        for (let rest = Buffer.from(text); rest.length > 0;)
          rest = rest.subarray(writeSync(descriptor, rest));
      } catch (error) {
        fail(error as NodeJS.ErrnoException);
      }
    },
    flushed: async () => undefined,
    waiting: () => 0,
  };
}

function isFileLike(descriptor: number): boolean {
  try {
    const stats = fstatSync(descriptor);
    return stats.isFile() || stats.isCharacterDevice();
  } catch {
    return false;
  }
}

function reasonOf(code: string): string {
  const known = [...getSystemErrorMap().values()].find(([name]) => name === code);
  return known?.[1] ?? code;
}
