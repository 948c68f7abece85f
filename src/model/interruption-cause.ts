/** The signals by which a run is asked to end: Ctrl-C, the system, a terminal that is closed. */
export const END_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Their numbers, and that of a closed pipe. Source: POSIX, `kill`. */
const NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGPIPE: 13, SIGTERM: 15 } as const;

/** Why nothing can be written to a stream any more: its reader is gone, the disk is full, the terminal was closed. */
export interface BrokenStream {
  readonly stream: "stdout" | "stderr";
  /** The system's code, as EPIPE or ENOSPC. */
  readonly code: string;
  /** In the system's words, as `broken pipe`. */
  readonly reason: string;
  readonly isTerminal: boolean;
}

/** What interrupts a run: a signal, a stream that can't be written to, or an error that nobody caught. */
export type InterruptionCause =
  | { readonly kind: "signal"; readonly signal: (typeof END_SIGNALS)[number] }
  | ({ readonly kind: "output" } & BrokenStream)
  /** `isFloating`: of a promise that nobody waits for, so that the run can go on. */
  | { readonly kind: "bug"; readonly error: unknown; readonly isFloating: boolean };

/**
 * The exit code of an interrupted run, as a shell has it: 128 and the signal's number, SIGPIPE's for a closed pipe; 1
 * for any other stream that can't be written to (docs/exit-codes.md).
 */
export function interruptedCode(cause: InterruptionCause | undefined): number {
  if (cause === undefined) return 128 + NUMBERS.SIGINT;
  if (cause.kind === "signal") return 128 + NUMBERS[cause.signal];
  return isClosedPipe(cause) ? 128 + NUMBERS.SIGPIPE : 1;
}

/** True where a reader has stopped reading, as in `irsa … | head`. */
export function isClosedPipe(cause: InterruptionCause | undefined): boolean {
  return cause?.kind === "output" && cause.code === "EPIPE";
}

/** True where the terminal is gone; whichever is heard of first, the signal or the write that fails. */
export function isHangup(cause: InterruptionCause | undefined): boolean {
  if (cause?.kind === "signal") return cause.signal === "SIGHUP";
  return cause?.kind === "output" && cause.code === "EIO" && cause.isTerminal;
}

/** What interrupted a run, for people; `undefined` for Ctrl-C, which they know of. */
export function causeText(cause: InterruptionCause): string | undefined {
  switch (cause.kind) {
    case "signal":
      return cause.signal === "SIGINT" ? undefined : cause.signal;
    case "output":
      return `can't write to ${cause.stream}: ${cause.reason} (${cause.code})`;
    case "bug":
      return bugText(cause.error);
  }
}

/** A bug of ours in one line. */
export function bugText(error: unknown): string {
  return `this is a bug in irsa: ${String(error).split("\n", 1).join("")}`;
}
