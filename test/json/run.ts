import { runCommandLine } from "../../src/main.ts";
import { NO_WAITING } from "../fakes/clock.ts";
import { networkOf } from "../fakes/command-line.ts";
import { heardSurroundings } from "../fakes/streams.ts";
import type { World } from "../fakes/world.ts";

/** How a command line ended, and the only document that is on stdout then. */
export interface Answered {
  readonly code: number;
  readonly answer: Readonly<Record<string, unknown>>;
}

/** Runs a whole command line, flags and all, in a world in memory. @throws where stdout is not one JSON document */
export async function answered(world: World, line: string): Promise<Answered> {
  const surroundings = { ...heardSurroundings(), network: networkOf(world), clock: NO_WAITING };
  const code = await runCommandLine(
    line.split(" ").filter((word) => word !== ""),
    surroundings,
  );
  const stdout = surroundings.streams.heard.stdout.join("");
  return { code, answer: JSON.parse(stdout) as Answered["answer"] };
}
