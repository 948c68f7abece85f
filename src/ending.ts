import { isFailure, Failure } from "./model/failure.ts";
import { bugText, causeText, isClosedPipe, type InterruptionCause } from "./model/interruption-cause.ts";
import type { Interruption } from "./interruption.ts";

/** The failure with what interrupted the run, where that is not clear to whoever pressed Ctrl-C. */
export function explained(failure: Failure, cause: InterruptionCause | undefined): Failure {
  const text = cause && causeText(cause);
  if (cause === undefined || text === undefined || failure.kind !== "interrupted") return failure;
  const { kind, code, message, detail } = failure;
  if (message !== "interrupted") {
    const facts = [["cause", text] as const, ...(detail.facts ?? [])];
    return new Failure(kind, code, message, { ...detail, facts, cause: failure });
  }
  if (cause.kind === "bug") return bugFailure(cause.error);
  return new Failure(kind, code, cause.kind === "signal" ? `interrupted by ${text}` : text, detail);
}

/**
 * What a run that did all its work ends in nevertheless: its answer did not arrive, or an error came that nobody caught.
 * @param mayHaveWritten whether the run may have changed something
 */
export function spoiled(cause: InterruptionCause | undefined, mayHaveWritten: boolean): Failure | undefined {
  if (cause === undefined || cause.kind === "signal") return undefined;
  if (cause.kind === "bug") return bugFailure(cause.error);
  const advice = "Run the same command again to see the result";
  const message = causeText(cause) ?? "interrupted";
  return new Failure("interrupted", "interrupted", message, mayHaveWritten ? { written: true, advice } : {});
}

/** A bug of ours as a failure: where it comes from is reported with `--debug`. */
export function bugFailure(error: unknown): Failure {
  // Nobody knows what was written by then.
  return new Failure("failed", "bug", bugText(error), {
    advice: "Run the command again with --debug for the stack trace",
    written: true,
    cause: error,
  });
}

/** `--approve`, or its alias, alone or behind other short flags. */
function isApproved(args: readonly string[]): boolean {
  return args.some((word) => word === "--approve" || /^(?:--yes|-[Aq]*y)/.test(word));
}

/**
 * True where nothing is said of the end: a reader that has seen enough, as in `irsa audit | head`, unless the run was
 * told to change something.
 */
export function isQuiet(
  failure: Failure,
  { cause, isTaken }: Pick<Interruption, "cause" | "isTaken">,
  args: readonly string[],
  mayWrite: boolean,
): boolean {
  if (!isFailure(failure, "interrupted") || !isClosedPipe(cause())) return false;
  return !(mayWrite && (isTaken() || isApproved(args)));
}
