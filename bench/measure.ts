import { execFile, spawn, type ChildProcess } from "node:child_process";
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

/** With the most memory that the run used at any moment, in MB; `undefined` where the kernel does not tell. */
export interface Usage extends Timing {
  readonly memory: number | undefined;
}

const TIMED = 'TIMEFORMAT="%3R %3U %3S"; time "$@" >/dev/null 2>/dev/null';

/**
 * Runs a command once. The shell's `time` takes both from the kernel when it has waited for the command, so neither the
 * shell's own start nor ours is in them.
 * @throws Error when the command does not exit with 0
 */
export async function timeOnce({ words, env }: Command): Promise<Timing> {
  return timingIn((await promisify(execFile)("bash", [...TIMER, ...words], { env })).stderr);
}

const TIMER = ["--norc", "-c", TIMED, "bench"];

function timingIn(text: string): Timing {
  const [wall = 0, user = 0, system = 0] = text.trim().split(" ").map(Number);
  return { wall, cpu: user + system };
}

const POLL_MILLISECONDS = { short: 1, long: 20 };

/** As `timeOnce`, with the memory of the same run: for what takes so long that looking at it slows nothing. */
export async function measureOnce({ words, env }: Command): Promise<Usage> {
  const running = promisify(execFile)("bash", [...TIMER, ...words], { env });
  const { pid: shell } = running.child;
  const [{ stderr }, memory] = await Promise.all([
    running,
    peakOf(running.child, () => childOf(shell), POLL_MILLISECONDS.long),
  ]);
  return { ...timingIn(stderr), memory };
}

/**
 * The most memory that a run used at any moment, in MB; `undefined` where the kernel does not tell. Its high-water mark is read
 * again and again until the process is gone, in a run of its own, so that the reading does not slow what is timed.
 */
export async function peakMemory({
  words: [program = "", ...args],
  env,
}: Command): Promise<number | undefined> {
  const child = spawn(program, args, { env, stdio: "ignore" });
  return peakOf(child, () => child.pid, POLL_MILLISECONDS.short);
}

async function peakOf(
  process: ChildProcess,
  pid: () => number | undefined,
  milliseconds: number,
): Promise<number | undefined> {
  let peak: number | undefined;
  const timer = setInterval(() => (peak = highWaterMark(pid()) ?? peak), milliseconds);
  await new Promise((resolve) => process.once("exit", resolve));
  clearInterval(timer);
  return peak;
}

/** The process that the shell waits for. */
function childOf(shell: number | undefined): number | undefined {
  try {
    const [first] = readFileSync(`/proc/${shell}/task/${shell}/children`, "utf8").split(" ");
    return first === undefined || first === "" ? undefined : Number(first);
  } catch {
    return undefined;
  }
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
