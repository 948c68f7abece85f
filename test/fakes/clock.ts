import type { Clock } from "../../src/engine/clock.ts";

/** A clock by which no time passes while a run waits; calls that are on their way come first. */
export const NO_WAITING: Clock = {
  sleep: () => new Promise((resolve) => setImmediate(resolve)),
  random: () => 0.5,
};
