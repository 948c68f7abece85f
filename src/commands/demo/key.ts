import { once } from "node:events";
import type { Terminal } from "../../output/terminal.ts";

/** Takes the line of the hint away, and the blank one above it. */
const CLEAR_HINT = "\r\u001B[K\u001B[A";
/** Ctrl-C and Ctrl-D arrive as characters while keys are read one by one. */
const LEAVE = new Set(["q", "Q", "\u0003", "\u0004", "\u001B"]);

/** Waits for a key; false for one that means to leave, and when the process is asked to end. */
export async function waitForKey({ err }: Terminal, ended: AbortSignal): Promise<boolean> {
  process.stderr.write(`\n${String(err.dim("  Enter: go on   q: leave"))}`);
  process.stdin.setRawMode(true).resume();
  try {
    const [key] = (await once(process.stdin, "data", { signal: ended })) as [Buffer];
    return !LEAVE.has(key.toString("utf8"));
  } catch (error) {
    if (ended.aborted) return false;
    throw error;
  } finally {
    process.stdin.setRawMode(false).pause();
    process.stderr.write(CLEAR_HINT);
  }
}
