import { setImmediate as nextTurn } from "node:timers/promises";
import type { KubeObject } from "../model/object.ts";
import { EVENTS, type Resource } from "../model/resources.ts";
import { ApiError } from "../model/status.ts";
import type { ControllerContext } from "./context.ts";

/** Brings what is a step nearer to what is wanted; does nothing when it is up to date. */
export type Controller = (context: ControllerContext) => Promise<void> | void;

/** The controllers of a cluster, at work after every change. */
export interface ControllerLoop {
  /** Resolves when the controllers have nothing left to do. */
  readonly settled: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** A controller that looks at every object of a resource. What it is refused, it tries again after the next change. */
export function forEvery<T extends KubeObject>(
  resource: Resource<T>,
  reconcile: (context: ControllerContext, object: T) => Promise<void>,
): Controller {
  return async (context) => {
    for (const object of context.store.list(resource)) {
      await reconcile(context, object).catch((error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
      });
    }
  };
}

/** Starts the controllers: they look at everything once, and again after every change, until nothing changes. */
export function runControllers(
  parts: Omit<ControllerContext, "wakeIn">,
  controllers: readonly Controller[],
): ControllerLoop {
  const stopping = new AbortController();
  const timers = new Set<NodeJS.Timeout>();
  const context: ControllerContext = { ...parts, wakeIn };
  let isDue = true;
  let work: Promise<void> | undefined;

  async function workOff(): Promise<void> {
    while (isDue && !stopping.signal.aborted) {
      isDue = false;
      for (const controller of controllers) await controller(context);
      await nextTurn();
    }
    work = undefined;
  }

  function wake(): void {
    isDue = true;
    work ??= nextTurn().then(workOff);
  }

  function wakeIn(milliseconds: number): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      wake();
    }, milliseconds);
    timers.add(timer);
  }

  async function settled(): Promise<void> {
    if (work === undefined) return;
    await work;
    await settled();
  }

  const unsubscribe = context.store.subscribe(({ resource }) => {
    // An Event describes what controllers did: it is not a reason for them to look again.
    if (resource.kind !== EVENTS.kind) wake();
  });
  wake();

  return {
    settled,
    async stop() {
      stopping.abort();
      timers.forEach((timer) => clearTimeout(timer));
      unsubscribe();
      await work;
    },
  };
}
