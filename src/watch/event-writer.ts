import type { EventPort } from "../kubernetes/port.ts";
import { isFailure, type Failure } from "../model/failure.ts";
import type { ServiceAccountEvent } from "../model/service-account-event.ts";
import { aBell } from "./bell.ts";
import type { WatchClock } from "./clock.ts";
import { fairQueue } from "./fair-queue.ts";

/** Five a second at most: 2,000 changes a minute must not become as many writes in etcd. */
const PAUSE_MS = 200;
/** What waits; more is left out, of the namespace that has the most. */
const MOST_WAITING = 1_000;
const RETRY_MS = 10_000;

/** Who writes, and who is told what could not be written. */
export interface EventWriterOptions {
  readonly events: EventPort;
  readonly clock: Pick<WatchClock, "sleep">;
  /** False once another may write. */
  readonly isLeading: () => boolean;
  /** Told once for each failure, until a write succeeds. */
  readonly onFailure: (failure: Failure) => void;
  /** Told how many have been left out since the beginning. */
  readonly onLeftOut: (count: number) => void;
}

/** Writes Events one after another, at a bounded rate, of each namespace in turn. */
export interface EventWriter {
  readonly add: (events: readonly ServiceAccountEvent[]) => void;
  /** Writes until the signal; what waits then is not written. */
  readonly run: (signal: AbortSignal) => Promise<void>;
}

/** A writer that has nothing to write yet. */
export function eventWriter(options: EventWriterOptions): EventWriter {
  const { events, clock, isLeading, onFailure, onLeftOut } = options;
  // Who may create ServiceAccounts and pods in one namespace may cause any number of Events, but not keep back those of another.
  const waiting = fairQueue<ServiceAccountEvent>(MOST_WAITING);
  const bell = aBell();
  let leftOut = 0;
  let told = "";
  const wait = (event: ServiceAccountEvent, how: "add" | "putBack"): void => {
    if (!waiting[how](event.serviceAccount.namespace, event.name, event)) leftOut += 1;
  };
  const write = async (event: ServiceAccountEvent): Promise<boolean> => {
    try {
      await events.recordEvent(event);
      told = "";
    } catch (error) {
      if (!isFailure(error)) throw error;
      // A namespace that goes takes its ServiceAccounts with it.
      if (error.code === "gone" || error.code === "namespace-terminating") return true;
      if (error.message !== told) onFailure(error);
      told = error.message;
      // What is not permitted won't be by trying; what can't be reached may be later, and comes before what is newer.
      if (error.code !== "unreachable") return true;
      wait(event, "putBack");
      return false;
    }
    return true;
  };
  return {
    add(more) {
      more.forEach((event) => wait(event, "add"));
      if (leftOut > 0 && more.length > 0) onLeftOut(leftOut);
      if (more.length > 0) bell.ring();
    },
    async run(signal) {
      signal.addEventListener("abort", bell.ring, { once: true });
      while (!signal.aborted) {
        const event = waiting.take();
        if (event === undefined) {
          bell.silence();
          await bell.rung();
          continue;
        }
        if (!isLeading()) continue;
        const isDone = await write(event);
        await clock.sleep(isDone ? PAUSE_MS : RETRY_MS, signal);
      }
    },
  };
}
