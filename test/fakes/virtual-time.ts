import type { Clock } from "../../src/engine/clock.ts";

/** Time that passes only while everyone waits, and chance that is the same for the same seed. */
export class VirtualTime implements Clock {
  readonly random: () => number;
  #now = 0;
  #order = 0;
  #timers: { readonly at: number; readonly order: number; readonly ring: () => void }[] = [];

  constructor(seed: number) {
    this.random = mulberry32(seed);
  }

  /** Milliseconds since the beginning. */
  get now(): number {
    return this.#now;
  }

  readonly sleep = (milliseconds: number): Promise<void> =>
    new Promise((ring) => {
      this.#timers.push({ at: this.#now + milliseconds, order: this.#order++, ring });
    });

  /** A number between the two. */
  between(least: number, most: number): number {
    return least + this.random() * (most - least);
  }

  /** Lets time pass until the work is done. */
  async pass<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const end = (): void => void (isDone = true);
    work.then(end, end);
    for (;;) {
      await idle();
      if (isDone) return work;
      const [next] = this.#timers.toSorted((one, other) => one.at - other.at || one.order - other.order);
      if (next === undefined) throw new Error("the work waits for something other than time");
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = next.at;
      next.ring();
    }
  }
}

/** Until nothing goes on any more by itself. */
function idle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A small generator of good repute: 32 bits of state. Source: Tommy Ettinger, mulberry32 (public domain). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
