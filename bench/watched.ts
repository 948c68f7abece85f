import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

/** An event of `irsa watch -o json`, less most of it. */
export interface WatchLine {
  readonly event: string;
  readonly serviceAccount?: { readonly namespace: string; readonly name: string };
}

/** A watch in a process of its own. */
export interface Watched {
  /** Resolves with the next line that is such. */
  readonly next: (is: (line: WatchLine) => boolean) => Promise<WatchLine>;
  /** CPU time so far, in seconds. */
  readonly cpu: () => number;
  /** Resident now and at most, in MB. */
  readonly resident: () => { readonly now: number; readonly most: number };
  /** What is on the heap after a garbage collection, in MB; `undefined` for a program that is not run by Node. */
  readonly heap: () => Promise<number | undefined>;
  readonly stop: () => Promise<void>;
}

const TICKS_PER_SECOND = 100;
/** Collects garbage at a signal, and says what is left on the heap. */
const COLLECTOR = `data:text/javascript,${encodeURIComponent(
  'process.on("SIGUSR2", () => { globalThis.gc(); globalThis.gc(); process.send(process.memoryUsage().heapUsed); }); process.channel.unref();',
)}`;

/** Starts one. */
export function startWatch(
  [program = "", ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
): Watched {
  const isNode = program === process.execPath;
  const node = isNode ? ["--expose-gc", "--import", COLLECTOR] : [];
  const child = spawn(program, [...node, ...args, "-o", "json"], {
    env,
    stdio: ["ignore", "pipe", "inherit", ...(isNode ? (["ipc"] as const) : [])],
  });
  if (child.stdout === null) throw new Error("no pipe");
  const waiting = new Set<(line: WatchLine) => void>();
  createInterface({ input: child.stdout }).on("line", (text) => {
    const { result } = JSON.parse(text) as { readonly result: WatchLine };
    for (const look of waiting) look(result);
  });
  const ended = once(child, "exit");
  return {
    next: (is) =>
      new Promise((resolve, reject) => {
        const look = (line: WatchLine): void => {
          if (!is(line)) return;
          waiting.delete(look);
          resolve(line);
        };
        waiting.add(look);
        void ended.then(() => reject(new Error("the watch has ended")));
      }),
    cpu: () => cpuOf(child),
    resident: () => ({ now: statusOf(child, "VmRSS"), most: statusOf(child, "VmHWM") }),
    heap: async () => {
      if (!isNode) return undefined;
      const answer = once(child, "message");
      child.kill("SIGUSR2");
      const [bytes] = (await answer) as [number];
      return bytes / 2 ** 20;
    },
    stop: async () => {
      child.kill("SIGINT");
      await ended;
    },
  };
}

/** User and system time, of all threads. Source: proc_pid_stat(5). */
function cpuOf({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function statusOf({ pid }: ChildProcess, field: string): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)?.[1]) / 1024;
}
