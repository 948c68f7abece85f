import { Failure } from "../../src/model/failure.ts";
import type { World } from "./world.ts";

/** What can go wrong at a call, by its number; after a death nothing is done that the run still wants. */
export const FAULTS = [
  ["fails", (world, at) => world.log.fail(at, "before")],
  ["is not permitted", (world, at) => world.log.fail(at, "before", notPermitted())],
  ["is done, but its answer is lost", (world, at) => world.log.fail(at, "after")],
  ["is where the process dies, the call undone", (world, at) => world.log.dieAt(at, "before")],
  ["is where the process dies, the call done", (world, at) => world.log.dieAt(at, "after")],
] as const satisfies readonly (readonly [string, (world: World, at: number) => void])[];

/** An answer that leaves no doubt: nothing was done. */
function notPermitted(): Failure {
  return new Failure("denied", "access-denied", "not permitted");
}
