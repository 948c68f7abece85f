import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";
import { runCommandLine } from "../../src/main.ts";
import type { BrokenStream } from "../../src/model/interruption-cause.ts";
import { NO_WAITING } from "../fakes/clock.ts";
import { networkOf } from "../fakes/command-line.ts";
import { heardSurroundings, type BreakAt, type HeardStreams } from "../fakes/streams.ts";
import type { World } from "../fakes/world.ts";
import { othersIn } from "./others.ts";
import type { CleanRun, WritingCommand } from "./sweep.ts";

/** The streams that may break, each with the one on which the end is told then. */
export const STREAMS = [
  ["stdout", "stderr"],
  ["stderr", "stdout"],
] as const satisfies readonly (readonly [BrokenStream["stream"], BrokenStream["stream"]])[];

/** How often a run without trouble writes to a stream. */
export async function countWrites(
  { line }: WritingCommand,
  { before }: CleanRun,
  stream: BrokenStream["stream"],
): Promise<number> {
  const { code, heard } = await runTold(before.copy(), line);
  expect(code).toBe(0);
  return heard[stream].length;
}

/**
 * Runs a command whose output breaks, and then again without trouble: the first run must not end well, what it says must be
 * true, and the second one leaves all as a clean run does.
 */
export async function runUnheard(command: WritingCommand, clean: CleanRun, at: BreakAt): Promise<void> {
  const world = clean.before.copy();
  const [others, before] = [othersIn(world), world.snapshot()];
  const { code, heard } = await runTold(world, command.line, at);
  expect(code).toBe(141);
  const told = (at.stream === "stdout" ? heard.stderr : heard.stdout).join("");
  const isUntouched = isDeepStrictEqual(world.snapshot(), before);
  expect(/No changes made|No changes made/.test(told) && !isUntouched, told).toBe(false);
  // Whoever can still hear is told what ended the run.
  expect(told).toContain(`can't write to ${at.stream}`);
  expect(othersIn(world)).toEqual(others);
  if (isUntouched) return;
  world.log.clear();
  expect(await runTold(world, command.line)).toMatchObject({ code: 0 });
  expect(world.snapshot()).toEqual(clean.end);
  expect(othersIn(world)).toEqual(others);
}

async function runTold(
  world: World,
  line: string,
  breaking?: BreakAt,
): Promise<{ readonly code: number } & Pick<HeardStreams, "heard">> {
  const surroundings = { ...heardSurroundings(breaking), network: networkOf(world), clock: NO_WAITING };
  const args = `${line} --approve`.split(" ").filter((word) => word !== "");
  return { code: await runCommandLine(args, surroundings), heard: surroundings.streams.heard };
}
