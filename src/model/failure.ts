import type { FailureCode } from "./failure-codes.ts";
import type { CommandWords } from "./command-words.ts";

/** How a run can end, other than well; each kind has one exit code. */
export type FailureKind = "failed" | "refused" | "input" | "findings" | "denied" | "interrupted";

/** The process's exit code for each kind of failure (docs/exit-codes.md). */
export const EXIT_CODES: Readonly<Record<FailureKind, number>> = {
  failed: 1,
  refused: 1,
  input: 2,
  findings: 3,
  denied: 4,
  interrupted: 130,
};

/** A label and its value: a line, or several. A line end inside a text is not ours, and is shown as `\n`. */
export type Fact = readonly [label: string, value: string | readonly string[]];

/** What a failure says beside its message. */
export interface FailureDetail {
  /** Labeled facts, shown as an aligned list below the message. */
  readonly facts?: readonly Fact[];
  /** What to do about it, in a sentence or two: a line, or several. */
  readonly advice?: string | readonly string[];
  /** A command line that fixes it, complete and ready to paste. */
  readonly command?: CommandWords;
  /** Flags that fix it, where it is known only of these what they are: they are added to the command line that was run. */
  readonly flags?: readonly string[];
  /** True once something has been written in this run; otherwise the user is told that nothing was. */
  readonly written?: boolean;
  readonly cause?: unknown;
}

/**
 * A run ends here for a reason that the user can understand. Anything else that is thrown is a bug of ours.
 * `code` is stable and machine-readable (`failure-codes.ts`); `message` is lower case, without a full stop, and holds the wrong value.
 */
export class Failure extends Error {
  readonly kind: FailureKind;
  readonly code: FailureCode;
  readonly detail: FailureDetail;

  constructor(kind: FailureKind, code: FailureCode, message: string, detail: FailureDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = "Failure";
    this.kind = kind;
    this.code = code;
    this.detail = detail;
  }
}

/** The advice of a failure, line by line. */
export function adviceLines({ detail: { advice = [] } }: Failure): readonly string[] {
  return [advice].flat();
}

/** The advice of a failure as one text. */
export function adviceText(failure: Failure): string | undefined {
  return failure.detail.advice === undefined ? undefined : adviceLines(failure).join("\n");
}

/** True for a failure of that code; the code is what other modules may act on. */
export function isFailure(error: unknown, code?: FailureCode): error is Failure {
  return error instanceof Failure && (code === undefined || error.code === code);
}

/** The same failure, in a run that has written something by then; what is not a failure comes back as it is. */
export function afterWriting(error: unknown): unknown {
  if (!(error instanceof Failure)) return error;
  const { kind, code, message, detail } = error;
  return new Failure(kind, code, message, { ...detail, written: true, cause: error });
}
