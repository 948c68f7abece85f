import { execFile, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";

/** How long one run took, in seconds: by the clock, and of the processors. */
export interface Timing {
  readonly wall: number;
  readonly cpu: number;
}

/** A command with the environment that it runs in. */
export interface Command {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const TIMED = 'TIMEFORMAT="%3R %3U %3S"; time "$@" >/dev/null 2>/dev/null';

/**
 * Runs a command once. The shell's `time` takes both from the kernel when it has waited for the command, so neither the
 * shell's own start nor ours is in them.
 * @throws Error when the command does not exit with 0
 */
export async function timeOnce({ words, env }: Command): Promise<Timing> {
  const { stderr } = await promisify(execFile)("bash", ["--norc", "-c", TIMED, "bench", ...words], { env });
  const [wall = 0, user = 0, system = 0] = stderr.trim().split(" ").map(Number);
  return { wall, cpu: user + system };
}

const POLL_MILLISECONDS = 1;

/**
 * The most memory that a run had at once, in MB; `undefined` where the kernel does not tell. Its high-water mark is read
 * again and again until the process is gone, in a run of its own, so that the reading does not slow what is timed.
 */
export async function peakMemory({
  words: [program = "", ...args],
  env,
}: Command): Promise<number | undefined> {
  const child = spawn(program, args, { env, stdio: "ignore" });
  let peak: number | undefined;
  const timer = setInterval(() => (peak = highWaterMark(child.pid) ?? peak), POLL_MILLISECONDS);
  await new Promise((resolve) => child.once("exit", resolve));
  clearInterval(timer);
  return peak;
}

function highWaterMark(pid: number | undefined): number | undefined {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}

/** The middle of some numbers, or the mean of the two in the middle. @throws Error when there are none */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  if (low === undefined || high === undefined) throw new Error("the median of nothing");
  return (low + high) / 2;
}
