import type { Step } from "../../../engine/apply.ts";
import type { Failure } from "../../../model/failure.ts";
import type { Plan } from "../../../model/plan.ts";
import type { Piece } from "../../../output/line.ts";
import type { Terminal } from "../../../output/terminal.ts";

/** How a plan is shown and its progress told: thing by thing, or ServiceAccount by ServiceAccount where there are many. */
export interface PlanPresenter {
  readonly lines: (plan: Plan, color: Terminal["out"], withDocuments: boolean) => readonly Piece[];
  readonly follow: (terminal: Terminal) => ProgressReporter;
  /** What to say when not all was done; `undefined` when all was. */
  readonly incomplete: (reported: readonly Step[], signal: AbortSignal) => Failure | undefined;
}

/** Tells how applying goes. */
export interface ProgressReporter {
  readonly step: (step: Step) => void;
  readonly stop: () => void;
}
