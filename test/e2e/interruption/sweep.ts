import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { expect, vi } from "vitest";
import { mapConcurrent } from "../../../src/model/map-concurrent.ts";
import type { RecordedCall } from "irsa-sandbox";
import { PATIENCE } from "../../worlds/patience.ts";
import { irsaInto, type Outlet } from "../broken-output.ts";
import { irsa, type Run } from "../irsa.ts";
import type { WireCommand } from "./commands.ts";
import { stateOf, type StateAtRest } from "./state.ts";
import { copyOf, startIn, type RunningWorld } from "./world.ts";

/** What happens to a call. */
export interface Trouble {
  readonly name: string;
  /** Whether the call has its effect nevertheless. */
  readonly when: "before" | "after";
  /** Whether the process is killed as the call comes in; else the connection breaks. */
  readonly kills?: boolean;
  /** Whether the SDK may try again: then the run has to end well. */
  readonly retried?: boolean;
  /** Which of a run's calls it is tried at. */
  readonly at: (call: RecordedCall, calls: readonly RecordedCall[]) => boolean;
}

const isWrite = ({ write }: RecordedCall): boolean => write;

/** Once something may have been written: before, a killed process leaves no more than one whose call failed. */
const mayBeWritten = ({ seq }: RecordedCall, calls: readonly RecordedCall[]): boolean =>
  seq >= (calls.find(isWrite)?.seq ?? 0);

/** All that can happen; a read that has its effect is one that has not. */
export const TROUBLES: readonly Trouble[] = [
  { name: "fails", when: "before", at: () => true },
  { name: "is done, but its answer is lost", when: "after", at: isWrite },
  {
    name: "is done, its answer is lost, and the SDK tries again",
    when: "after",
    retried: true,
    at: ({ service, write }) => write && service !== "kubernetes",
  },
  { name: "is where the process is killed, the call undone", when: "before", kills: true, at: mayBeWritten },
  { name: "is where the process is killed, the call done", when: "after", kills: true, at: isWrite },
];

/** A run without trouble, from the world that a folder keeps. */
export interface CleanRun {
  readonly folder: string;
  readonly calls: readonly RecordedCall[];
  readonly begin: StateAtRest;
  readonly end: StateAtRest;
  /** What it said. */
  readonly said: Pick<Run, "stdout" | "stderr">;
}

/** How many cases are tried side by side. */
const LANES = 2;

/** Runs a command without trouble. */
export async function runClean(folder: string, command: WireCommand): Promise<CleanRun> {
  return inCopy(folder, async (copy) => {
    let calls: readonly RecordedCall[] = [];
    let said = { stdout: "", stderr: "" };
    await inWorld(copy, async (world) => {
      const ended = await run(world, copy, command);
      expect(ended).toMatchObject({ code: 0 });
      calls = world.recorder.calls();
      said = ended;
    });
    return { folder, calls, begin: stateOf(folder), end: stateOf(copy), said };
  });
}

/**
 * Lets the trouble happen at each call of the command in turn, and the same command run again: it must end well and leave
 * all as a clean run does, what is others' byte for byte. Gives how many cases that were.
 */
export async function sweep(command: WireCommand, clean: CleanRun, trouble: Trouble): Promise<number> {
  const targets = clean.calls
    .filter((call) => trouble.at(call, clean.calls))
    .map((call) => targetOf(call, clean.calls));
  await mapConcurrent(targets, LANES, async (target) => {
    try {
      await inCopy(clean.folder, (copy) => runDisturbed(copy, command, clean, trouble, target));
    } catch (error) {
      throw new Error(`${command.name}: ${target.action}, number ${target.nth} of these, ${trouble.name}`, {
        cause: error,
      });
    }
  });
  return targets.length;
}

/** The streams whose reader may leave. */
export const STREAMS = ["stdout", "stderr"] as const;

/**
 * Lets the reader of a stream leave from the start, and after the first line, half of them, and all but the last: the run
 * must not claim that nothing was changed where something was, and the same command run again must leave all as a clean run
 * does. Gives how many cases that were.
 */
export async function sweepUnheard(
  command: WireCommand,
  clean: CleanRun,
  stream: (typeof STREAMS)[number],
): Promise<number> {
  const lines = clean.said[stream].split("\n").length - 1;
  const places = [...new Set([0, 1, Math.floor(lines / 2), lines - 1])].filter((at) => at >= 0 && at < lines);
  await mapConcurrent(places, LANES, async (at) => {
    try {
      await inCopy(clean.folder, (copy) => runUnheard(copy, command, clean, stream, at));
    } catch (error) {
      throw new Error(`${command.name}: the reader of ${stream} left after line ${at}`, { cause: error });
    }
  });
  return places.length;
}

async function runUnheard(
  folder: string,
  command: WireCommand,
  clean: CleanRun,
  stream: (typeof STREAMS)[number],
  lines: number,
): Promise<void> {
  await inWorld(folder, async ({ environment, recorder }) => {
    const outlets: Record<(typeof STREAMS)[number], Outlet> = { stdout: "read", stderr: "read" };
    outlets[stream] = { lines };
    const args = [...command.line.split(" "), "--approve"];
    const { code, stdout, stderr } = await irsaInto(outlets, args, environment, { cwd: folder });
    // What is written before the system has heard of the reader's leaving counts as read.
    expect([0, 141]).toContain(code);
    expect(`${stdout}${stderr}`).not.toMatch(/^\s+at |node:|bug in irsa/m);
    const effects = recorder.calls().filter(({ write, status }) => write && status < 300);
    if (/No changes made|No changes made/.test(`${stdout}${stderr}`)) expect(effects).toEqual([]);
  });
  await expectFinished(folder, command, clean);
}

/** A call by its action and its number among those of the same action: the order of free ones is not always the same. */
interface Target {
  readonly action: string;
  readonly nth: number;
}

function targetOf({ seq, service, action }: RecordedCall, calls: readonly RecordedCall[]): Target {
  const same = calls.filter((one) => one.service === service && one.action === action && one.seq <= seq);
  return { action: `${service}:${action}`, nth: same.length };
}

async function runDisturbed(
  folder: string,
  command: WireCommand,
  clean: CleanRun,
  trouble: Trouble,
  target: Target,
): Promise<void> {
  await inWorld(folder, async (world) => {
    const disturbed = await runInTrouble(world, folder, command, trouble, target);
    if (trouble.retried === true) expect(disturbed).toMatchObject({ code: 0 });
    if (disturbed.stderr.includes("No changes made"))
      expect(world.recorder.calls().filter((call) => hadEffect(call, trouble))).toEqual([]);
  });
  await expectFinished(folder, command, clean);
}

/** What is others' is as it was, and the same command without trouble leaves all as a clean run does. */
async function expectFinished(folder: string, command: WireCommand, clean: CleanRun): Promise<void> {
  const left = stateOf(folder);
  expect(left.others).toEqual(clean.end.others);
  // Where all is as it was, the same command does what the clean run did.
  if (isDeepStrictEqual(left, clean.begin)) return;
  await inWorld(folder, async (world) => {
    expect(await run(world, folder, command)).toMatchObject({ code: 0 });
  });
  expect(stateOf(folder)).toEqual(clean.end);
}

async function inWorld(folder: string, use: (world: RunningWorld) => Promise<void>): Promise<void> {
  const world = await startIn(folder);
  try {
    await use(world);
  } finally {
    await world.stop();
  }
}

async function runInTrouble(
  world: RunningWorld,
  folder: string,
  command: WireCommand,
  { when, kills, retried }: Trouble,
  { action, nth }: Target,
): Promise<Run> {
  world.faults.fail({ action, nth, when, status: "reset" });
  const attempts = retried === true ? {} : { AWS_MAX_ATTEMPTS: "1" };
  let isKilled = false;
  const surroundings = { ...world, environment: { ...world.environment, ...attempts } };
  const ended = await run(surroundings, folder, command, (child) => {
    if (kills !== true) return;
    const kill = async (): Promise<void> => {
      isKilled = true;
      child.kill("SIGKILL");
      await once(child, "exit");
    };
    world.faults[when](action, kill, nth);
  });
  // The process is gone before its call has ended.
  if (isKilled)
    await vi.waitFor(
      () => expect(world.recorder.calls().some(({ status }) => status === 0)).toBe(true),
      PATIENCE,
    );
  return ended;
}

/** A call whose answer was lost had its effect only where the trouble comes after it. */
function hadEffect({ write, status }: RecordedCall, { when }: Trouble): boolean {
  return write && (status === 0 ? when === "after" : status < 300);
}

function run(
  { environment }: Pick<RunningWorld, "environment">,
  cwd: string,
  { line }: WireCommand,
  onStart?: (child: ChildProcess) => void,
): Promise<Run> {
  return irsa([...line.split(" "), "--approve"], environment, { cwd, ...(onStart && { onStart }) });
}

async function inCopy<T>(folder: string, use: (copy: string) => Promise<T>): Promise<T> {
  const copy = copyOf(folder);
  try {
    return await use(copy);
  } finally {
    rmSync(copy, { recursive: true });
  }
}
