import type { WatchClock } from "../../src/watch/clock.ts";

/** Time that passes only when a test says so. */
export class SteppedClock implements WatchClock {
  #now = Date.parse("2026-11-20T12:00:00Z");
  readonly #timers = new Set<{ at: number; readonly ring: () => void }>();

  readonly now = (): number => this.#now;
  readonly random = (): number => 0.5;

  readonly sleep = (milliseconds: number, signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve) => {
      const ring = (): void => {
        this.#timers.delete(timer);
        signal?.removeEventListener("abort", ring);
        resolve();
      };
      const timer = { at: this.#now + milliseconds, ring };
      this.#timers.add(timer);
      if (signal?.aborted === true) ring();
      signal?.addEventListener("abort", ring);
    });

  /** Sets the clock on, or back; timers count on. */
  jump(milliseconds: number): void {
    this.#now += milliseconds;
    for (const timer of this.#timers) timer.at += milliseconds;
  }

  /** Lets so much time pass, and all that happens in it. */
  async advance(milliseconds: number): Promise<void> {
    const until = this.#now + milliseconds;
    for (;;) {
      await idle();
      const [next] = [...this.#timers].toSorted((one, other) => one.at - other.at);
      if (next === undefined || next.at > until) break;
      this.#now = Math.max(this.#now, next.at);
      next.ring();
    }
    // What was called meanwhile may have taken longer.
    this.#now = Math.max(this.#now, until);
    await idle();
  }
}

/** Until nothing goes on any more by itself. */
async function idle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
