import { Failure } from "./model/failure.ts";

/** Ctrl-C, and what it does to a run: it ends it at once, until the run takes it upon itself to end in order. */
export interface Interruption {
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** From now on the run ends by itself once `signal` is aborted. */
  readonly take: () => void;
  /** The run's end. @throws Failure `interrupted` where Ctrl-C comes first and was not taken */
  readonly orEnd: <T>(run: Promise<T>) => Promise<T>;
  /** Gives Ctrl-C back to the system. */
  readonly release: () => void;
}

/** Listens for Ctrl-C, once: a second one ends the process in the system's own way. */
export function listenForInterruption(): Interruption {
  const controller = new AbortController();
  const { signal } = controller;
  let isTaken = false;
  const onInterrupt = (): void => controller.abort();
  process.once("SIGINT", onInterrupt);
  const untaken = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => {
      if (!isTaken) reject(new Failure("interrupted", "interrupted", "interrupted"));
    });
  });
  // It may come when nobody waits: before the command line is understood, or as the run ends.
  untaken.catch(() => undefined);
  return {
    signal,
    take: () => void (isTaken = true),
    orEnd: (run) => Promise.race([run, untaken]),
    release: () => void process.off("SIGINT", onInterrupt),
  };
}
