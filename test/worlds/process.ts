import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, realpath } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/**
 * A temporary folder and the child processes that work in it. Neither outlives the nursery: `close()` ends
 * them, and so does a keeper process when this process dies without closing, even by SIGKILL.
 */
export interface Nursery {
  /** Absolute path, readable by this user alone. */
  readonly folder: string;
  /** @throws Error when the program can't be started. */
  readonly start: (command: Command) => Child;
  /**
   * Ends every child with all its descendants that stayed in its process group, and removes the folder.
   * @throws Error when a process survives SIGKILL.
   */
  readonly close: () => Promise<void>;
}

/** A program to start in a nursery. */
export interface Command {
  /** A path, or a name looked up in PATH. */
  readonly program: string;
  readonly arguments: readonly string[];
  /**
   * Added to PATH, HOME and TMPDIR (both the nursery's folder): nothing else is inherited, so that no
   * credential or kubeconfig of the person who runs the tests gets in.
   */
  readonly environment?: NodeJS.ProcessEnv;
  /** `true` shows the program's stderr as it comes, besides keeping it. */
  readonly showErrors?: boolean;
}

/** A started program. */
export interface Child {
  readonly program: string;
  readonly pid: number;
  /** What it wrote to stdout so far; of more than 64 KiB, the last. */
  readonly stdout: () => string;
  /** What it wrote to stderr so far; of more than 64 KiB, the last. */
  readonly stderr: () => string;
  /** Its exit code, or the signal that ended it. Never rejects. */
  readonly exited: Promise<number | NodeJS.Signals>;
}

const KEEPER = fileURLToPath(new URL("keeper.sh", import.meta.url));
const OUTPUT_KEPT = 64 * 1024;
const POLL_MILLISECONDS = 50;

/** Tells the keeper what to end: a process group that there is, or is gone. */
type Report = (event: "started" | "ended", group: number) => void;

/** Opens a nursery whose processes get `graceSeconds` between SIGTERM and SIGKILL; at 0, only the latter. */
export async function openNursery(graceSeconds: number): Promise<Nursery> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "irsa-")));
  // Its own session: Ctrl-C on a terminal must not reach the one who cleans up afterwards.
  const keeper = spawn(KEEPER, [folder, String(graceSeconds)], {
    detached: true,
    stdio: ["pipe", "ignore", "pipe"],
  });
  const exited = exitOf(keeper);
  const complaints = collect(keeper.stderr);
  // A keeper that is gone shows by its exit code.
  keeper.stdin.on("error", () => undefined);
  return {
    folder,
    start: (command) =>
      startChild(command, folder, (event, group) => keeper.stdin.write(`${event} ${group}\n`)),
    close: async () => {
      keeper.stdin.end();
      if ((await exited) !== 0) throw new Error(`can't clean up ${folder}: ${complaints()}`);
    },
  };
}

/**
 * Asks `probe` again and again until it gives a value; `undefined`, `false` and what it throws mean "not yet". `what` completes
 * "before …". A probe must itself end in time.
 * @throws Error when one of `children` ends first or the time is up, with the probe's last error and all output.
 */
export async function waitFor<T>(
  what: string,
  children: readonly Child[],
  probe: () => Promise<T | false | undefined> | T | false | undefined,
  timeoutSeconds: number,
): Promise<T> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  const ended = children.map(async (child) => `${child.program} ended (${await child.exited})`);
  let reason = "no answer";
  while (Date.now() < deadline) {
    try {
      const value = await probe();
      if (value !== undefined && value !== false) return value;
    } catch (error) {
      reason = String(error);
    }
    const end = await Promise.race([...ended, delay(POLL_MILLISECONDS)]);
    if (end !== undefined) throw new Error(`${end} before ${what}${outputOf(children)}`);
  }
  throw new Error(`${timeoutSeconds} s passed before ${what} (${reason})${outputOf(children)}`);
}

/**
 * Waits for the child's end and gives what it wrote to stdout.
 * @throws Error when it exits with another code than 0 or takes longer.
 */
export async function finish(child: Child, timeoutSeconds: number): Promise<string> {
  const exit = await Promise.race([child.exited, delay(timeoutSeconds * 1000, "timeout", { ref: false })]);
  if (exit !== 0) throw new Error(`${child.program} failed (${exit})${outputOf([child])}`);
  return child.stdout();
}

/** A port of 127.0.0.1 that nothing listened on just now; another process may still take it first. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

function startChild(command: Command, folder: string, report: Report): Child {
  const child = spawn(command.program, command.arguments, {
    cwd: folder,
    detached: true,
    env: { PATH: process.env["PATH"], HOME: folder, TMPDIR: folder, ...command.environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = exitOf(child);
  const { pid } = child;
  if (pid === undefined) throw new Error(`can't start ${command.program}: is it installed?`);
  report("started", pid);
  void exited.then(() => isGroupAlive(pid) || report("ended", pid));
  if (command.showErrors === true) child.stderr.pipe(process.stderr, { end: false });
  return {
    program: command.program,
    pid,
    stdout: collect(child.stdout),
    stderr: collect(child.stderr),
    exited,
  };
}

async function exitOf(child: ChildProcess): Promise<number | NodeJS.Signals> {
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => resolve(code ?? signal ?? "SIGKILL"));
    // Not found, or not executable: 127 is what a shell says.
    child.once("error", () => resolve(127));
  });
}

function isGroupAlive(group: number): boolean {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
}

function collect(stream: Readable): () => string {
  let text = "";
  stream.setEncoding("utf8").on("data", (chunk: string) => {
    text = (text + chunk).slice(-OUTPUT_KEPT);
  });
  return () => text;
}

function outputOf(children: readonly Child[]): string {
  return children.map(lastLines).join("");
}

function lastLines({ program, stdout, stderr }: Child): string {
  const lines = `${stdout()}${stderr()}`.trimEnd().split("\n").slice(-20);
  return lines.join("") === "" ? "" : `\n${program}:\n${lines.join("\n")}`;
}
