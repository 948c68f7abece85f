import type { Step } from "../../../engine/apply.ts";
import type { Failure } from "../../../model/failure.ts";
import type { Plan } from "../../../model/plan.ts";
import type { Piece } from "../../../output/line.ts";
import type { Terminal } from "../../../output/terminal.ts";

/** How a plan and its progress are shown: object by object, or by ServiceAccount where there are many. */
export interface PlanPresenter {
  readonly lines: (plan: Plan, color: Terminal["out"], withDocuments: boolean) => readonly Piece[];
  readonly follow: (terminal: Terminal) => ProgressReporter;
  /** The failure when not everything was applied; `undefined` when it was. */
  readonly incomplete: (reported: readonly Step[], signal: AbortSignal) => Failure | undefined;
}

/** Shows the progress of applying. */
export interface ProgressReporter {
  readonly step: (step: Step) => void;
  readonly stop: () => void;
}
