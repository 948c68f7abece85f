import type { ErrorReport, Labeled } from "./answer-parts.ts";

/** How a run can fail: each kind has one exit code on the command line (docs/exit-codes.md). */
export type IrsaErrorKind = "failed" | "refused" | "input" | "findings" | "denied" | "interrupted";

/** Every run that does not come to an answer ends in one. What it has is what `-o json` has in `error`, and no secret. */
export class IrsaError extends Error {
  /** Stable, as `no-cluster` (docs/error-codes.md). */
  readonly code: string;
  readonly kind: IrsaErrorKind;
  /** Labeled values; the labels are prose. */
  readonly facts: readonly Labeled[];
  /** What to do about it; it speaks of the command line's flags. */
  readonly hint: string | null;
  /** A command line that fixes it, quoted for a POSIX shell. */
  readonly command: string | null;
  /** The words of that command line. */
  readonly argv: readonly string[] | null;
  /** False where it is certain that the run changed nothing. */
  readonly mayHaveWritten: boolean;

  constructor(report: ErrorReport, kind: IrsaErrorKind, mayHaveWritten: boolean) {
    super(report.message);
    this.name = "IrsaError";
    this.code = report.code;
    this.kind = kind;
    this.facts = report.facts;
    this.hint = report.hint;
    this.command = report.command;
    this.argv = report.argv;
    this.mayHaveWritten = mayHaveWritten;
  }
}
