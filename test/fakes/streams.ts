import { awaitInterruption, type Interruption } from "../../src/interruption.ts";
import type { BrokenStream } from "../../src/model/interruption-cause.ts";
import type { OutputStream, OutputStreams } from "../../src/output/streams.ts";
import { processTerminal } from "../../src/output/terminal.ts";
import type { Process } from "../../src/main.ts";

/** Where a stream breaks: at its n-th write, from 1. */
export interface BreakAt {
  readonly stream: BrokenStream["stream"];
  readonly nth: number;
}

/** Streams in memory, which may break, and what was written to them before. */
export interface HeardStreams extends OutputStreams {
  readonly heard: Readonly<Record<BrokenStream["stream"], readonly string[]>>;
}

/** Surroundings of a run in this process, and what is heard of it. */
export function heardSurroundings(breaking?: BreakAt): Process & { readonly streams: HeardStreams } {
  const interruption = awaitInterruption();
  const streams = heardStreams(interruption, breaking);
  return { interruption, streams, terminal: processTerminal(streams) };
}

function heardStreams({ interrupt }: Interruption, breaking: BreakAt | undefined): HeardStreams {
  const heard = { stdout: [] as string[], stderr: [] as string[] };
  const stream = (name: keyof typeof heard): OutputStream => {
    let broken: BrokenStream | undefined;
    let writes = 0;
    return {
      write: (text) => {
        writes += 1;
        if (breaking?.stream !== name || writes < breaking.nth) return void heard[name].push(text);
        if (broken !== undefined) return undefined;
        // As the system does, which is heard of when the write has long been made.
        return queueMicrotask(() => {
          broken = { stream: name, code: "EPIPE", reason: "broken pipe", isTerminal: false };
          interrupt({ kind: "output", ...broken });
        });
      },
      flushed: () => Promise.resolve(),
      broken: () => broken,
      waiting: () => 0,
    };
  };
  return { heard, stdout: stream("stdout"), stderr: stream("stderr"), flushed: () => Promise.resolve() };
}
