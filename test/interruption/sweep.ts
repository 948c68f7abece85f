import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";
import type { Failure } from "../../src/model/failure.ts";
import type { World } from "../fakes/world.ts";
import { runIn } from "../fakes/command-line.ts";
import { othersIn } from "./others.ts";

/** A command that writes, in a world that gives it something to do. */
export interface WritingCommand {
  readonly name: string;
  /** The world before; others live in it too. */
  readonly before: () => World | Promise<World>;
  /** The command line, without `--approve`. */
  readonly line: string;
  /** The kinds of writes that a run without trouble makes, in their alphabet: so that it is the run that is meant. */
  readonly writes: readonly string[];
}

/** A run without trouble. */
export interface CleanRun {
  /** The world before. */
  readonly before: World;
  readonly end: object;
  /** The names of its calls, in order. */
  readonly calls: readonly string[];
  readonly writes: readonly string[];
}

/** Disturbs a call of a world by its number. */
export type Disturb = (world: World, at: number) => void;

/** Runs a command without trouble; once more, it must find nothing to write. */
export async function runClean(command: WritingCommand): Promise<CleanRun> {
  const before = await command.before();
  const world = before.copy();
  await runToTheEnd(world, command);
  const { calls, writes } = world.log;
  const end = world.snapshot();
  world.log.clear();
  await runToTheEnd(world, command);
  expect(world.log.writes).toEqual([]);
  return { before, end, calls: calls.map(({ name }) => name), writes };
}

/**
 * Runs a command disturbed at one of its calls, and then again without trouble: all must be as a clean run leaves it,
 * what is others' must never have been touched, and what was said must be true.
 */
export async function runDisturbed(
  command: WritingCommand,
  clean: CleanRun,
  disturb: Disturb,
  at: number,
): Promise<void> {
  const world = clean.before.copy();
  const [others, before] = [othersIn(world), world.snapshot()];
  disturb(world, at);
  const { failure, heard } = await runIn(world, `${command.line} --approve`);
  // Whoever has died is not heard.
  if (failure === undefined && heard.code === 0 && !world.log.isDead)
    expect(world.snapshot()).toEqual(clean.end);
  if (failure !== undefined && saysUnchanged(failure)) expect(world.snapshot()).toEqual(before);
  expect(othersIn(world)).toEqual(others);
  // Where all is as it was, the same command does what the clean run did.
  if (isDeepStrictEqual(world.snapshot(), before)) return;
  world.log.clear();
  await runToTheEnd(world, command);
  expect(world.snapshot()).toEqual(clean.end);
  expect(othersIn(world)).toEqual(others);
}

async function runToTheEnd(world: World, { line }: WritingCommand): Promise<void> {
  const { failure, heard } = await runIn(world, `${line} --approve`);
  if (failure !== undefined) throw failure;
  if (heard.code !== 0) throw new Error(`exit ${heard.code}:\n${[...heard.out, ...heard.err].join("\n")}`);
}

/** True if the user is told that nothing was changed. */
function saysUnchanged({ detail: { written = false } }: Failure): boolean {
  return !written;
}
