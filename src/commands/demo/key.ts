import { once } from "node:events";
import type { Terminal } from "../../output/terminal.ts";

/** Takes the line of the hint away, and the blank one above it. */
const CLEAR_HINT = "\r\u001B[K\u001B[A";
/** While keys are read one by one, Ctrl-C arrives as a character, and no signal comes. */
const CTRL_C = "\u0003";
/** q, Ctrl-D and Escape. */
const LEAVE = new Set(["q", "Q", "\u0004", "\u001B"]);

/** What a key means: to go on, to leave the story, or to interrupt the run. */
export type KeyMeaning = "next" | "leave" | "interrupt";

/** What a key, or several that were pressed before they were read, mean. */
export function keyMeaning(keys: string): KeyMeaning {
  if (keys.includes(CTRL_C)) return "interrupt";
  return LEAVE.has(keys) ? "leave" : "next";
}

/** Waits for a key, or until the process is asked to end. */
export async function waitForKey({ err }: Terminal, ended: AbortSignal): Promise<KeyMeaning> {
  process.stderr.write(`\n${String(err.dim("  Enter: continue   q: quit"))}`);
  process.stdin.setRawMode(true).resume();
  try {
    const [key] = (await once(process.stdin, "data", { signal: ended })) as [Buffer];
    return keyMeaning(key.toString("utf8"));
  } catch (error) {
    if (ended.aborted) return "interrupt";
    throw error;
  } finally {
    process.stdin.setRawMode(false).pause();
    process.stderr.write(CLEAR_HINT);
  }
}
