import { Failure } from "./model/failure.ts";
import { END_SIGNALS, type InterruptionCause } from "./model/interruption-cause.ts";

/** What ends a run from outside: immediately, until the run decides to end in order. */
export interface Interruption {
  /** Aborted by an interruption; its reason is the `InterruptionCause`. */
  readonly signal: AbortSignal;
  /** The first that came. */
  readonly cause: () => InterruptionCause | undefined;
  /** True once the run has called `take`. */
  readonly isTaken: () => boolean;
  readonly interrupt: (cause: InterruptionCause) => void;
  /** From now on the run ends by itself once `signal` is aborted. @throws Failure `interrupted` where it is already */
  readonly take: () => void;
  /** The run's end. @throws Failure `interrupted` where an interruption comes first and was not taken */
  readonly orEnd: <T>(run: Promise<T>) => Promise<T>;
  /** Ends `orEnd` with this error, whether the run ends by itself or not. */
  readonly giveUp: (error: Error) => void;
}

/** An interruption that has not come yet. */
export function awaitInterruption(): Interruption {
  const controller = new AbortController();
  let cause: InterruptionCause | undefined;
  let isTaken = false;
  let end: (error: Error) => void = () => undefined;
  const ended = new Promise<never>((_, reject) => (end = reject));
  // It may come when nobody waits: before the command line is understood, or as the run ends.
  ended.catch(() => undefined);
  return {
    signal: controller.signal,
    cause: () => cause,
    isTaken: () => isTaken,
    interrupt: (by) => {
      if (cause !== undefined) return;
      cause = by;
      controller.abort(by);
      // Where a promise failed that nobody waits for, the run's own end, which may be what it failed of, says more.
      if (!isTaken && !(by.kind === "bug" && by.isFloating)) end(interrupted());
    },
    take: () => {
      if (cause !== undefined) throw interrupted();
      isTaken = true;
    },
    orEnd: (run) => Promise.race([run, ended]),
    giveUp: (error) => end(error),
  };
}

function interrupted(): Failure {
  return new Failure("interrupted", "interrupted", "interrupted");
}

/**
 * Lets the signals interrupt; the second one, whichever it is, ends the process in the system's own way. Gives what
 * leaves them all to the system again.
 */
export function listenForSignals({ interrupt }: Interruption): () => void {
  let isFirst = true;
  const listeners = END_SIGNALS.map((signal) => {
    const listener = (): void => {
      if (isFirst) {
        isFirst = false;
        return interrupt({ kind: "signal", signal });
      }
      release();
      process.kill(process.pid, signal);
    };
    process.on(signal, listener);
    return [signal, listener] as const;
  });
  const release = (): void => listeners.forEach(([signal, listener]) => void process.off(signal, listener));
  return release;
}

/**
 * Lets errors that nobody caught interrupt: Node would print a line of our bundle, which is as long as the bundle, and so
 * it would do for one that comes when all is over (`onLate`). Gives what tells that all is over.
 */
export function listenForBugs(
  { interrupt, giveUp }: Interruption,
  onLate: (error: unknown) => void,
): () => void {
  let isOver = false;
  const listener = (isFloating: boolean) => (error: unknown) => {
    if (isOver) return onLate(error);
    // What reads the terminal, or sets its mode, may hear that it is gone before the signal comes.
    if (isGoneTerminal(error)) return interrupt({ kind: "signal", signal: "SIGHUP" });
    return interrupt({ kind: "bug", error, isFloating });
  };
  process.on("uncaughtException", listener(false));
  process.on("unhandledRejection", listener(true));
  // Nothing can happen any more, and the run waits for it.
  const onStandstill = (): void => giveUp(new Error("the run stopped making progress"));
  process.once("beforeExit", onStandstill);
  return () => {
    isOver = true;
    process.off("beforeExit", onStandstill);
  };
}

function isGoneTerminal(error: unknown): boolean {
  const { code } = Object(error) as NodeJS.ErrnoException;
  return code === "EIO" && process.stdin.isTTY;
}
