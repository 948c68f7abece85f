import { runCommandLine } from "../../src/main.ts";
import type { Run } from "../e2e/irsa.ts";
import { heardSurroundings } from "../fakes/streams.ts";

/** Runs irsa in this process, which is some hundred times faster than the built one, and gives what it says. */
export async function runHere(args: readonly string[]): Promise<Run> {
  const header = heardSurroundings();
  const code = await runCommandLine(args, header);
  const { stdout, stderr } = header.streams.heard;
  return { code, stdout: stdout.join(""), stderr: stderr.join("") };
}
