import { awaitInterruption } from "../../src/interruption.ts";
import { runCommandLine } from "../../src/main.ts";
import type { OutputStream } from "../../src/output/streams.ts";
import { processTerminal } from "../../src/output/terminal.ts";
import type { Run } from "../e2e/irsa.ts";

/** Runs irsa in this process, which is some hundred times faster than the built one, and gives what it says. */
export async function runHere(args: readonly string[]): Promise<Run> {
  const heard = { stdout: "", stderr: "" };
  const heardOn = (name: keyof typeof heard): OutputStream => ({
    write: (text) => void (heard[name] += text),
    flushed: async () => undefined,
    broken: () => undefined,
  });
  const streams = { stdout: heardOn("stdout"), stderr: heardOn("stderr"), flushed: async () => undefined };
  const surroundings = { interruption: awaitInterruption(), streams, terminal: processTerminal(streams) };
  return { code: await runCommandLine(args, surroundings), ...heard };
}
