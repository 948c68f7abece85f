import type { Targets } from "../../../engine/perform.ts";
import { digestOf } from "../../../model/digest.ts";
import { planDigest, type Note, type Plan } from "../../../model/plan.ts";
import type { TargetTotals } from "../../../model/target-record.ts";
import { planAnswer } from "../../../output/answer.ts";
import { stylesOf, type Piece } from "../../../output/line.ts";
import { placedPlanLines } from "../../../output/plan-of-targets.ts";
import { exitCodeOf } from "../plan/exit-code.ts";
import type { PlanPresenter } from "../plan/presenter.ts";
import type { Planned } from "../plan/run-plan-command.ts";
import type { ApprovalFlags, Outcome } from "../plan/show-and-apply.ts";
import type { LostPart, OpenTarget } from "./open-target.ts";
import type { TargetAnswer } from "./run-targets.ts";
import type { TargetsCommand } from "./show-targets.ts";

/** One of many plans, with what it is applied to. */
export interface PlacedPlan {
  /** What the plan is of: the ARN of a cluster, or the ID of an AWS account. */
  readonly id: string;
  readonly awsAccount: string;
  /** The same as a message names it, as "cluster 'blue'". */
  readonly name: string;
  readonly plan: Plan;
  readonly presenter: PlanPresenter;
  readonly targets: Targets;
  /** True where something could not be planned, which is shown also where nothing changes. */
  readonly hasFailed: boolean;
}

/** How plans are applied that are not only shown. */
export interface Applying {
  /** Applies a plan, unless it has no changes. @throws Failure where it is not applied, or not whole */
  readonly apply: (placed: PlacedPlan) => Promise<Outcome>;
  /** Told of an AWS account in which something could not be planned, applied or verified; gives the error to end it with. */
  readonly failed: (awsAccount: string, error?: unknown) => unknown;
  /** What was approved in a target and is not there any more. */
  readonly gone: (open: OpenTarget) => readonly LostPart[];
}

/** What is said at the end of plans. */
export type PlansEnd = (totals: TargetTotals, digest: string) => readonly Piece[];

/** Plans that are made one by one while targets are read. */
export interface PlansTogether {
  readonly command: TargetsCommand;
  readonly digests: PlanDigests;
  /** What has a plan with changes, was found in the target before, and is not there any more. */
  readonly gone: Applying["gone"];
  /** What was asked for and is for none of the targets. */
  readonly unmatched: () => readonly Note[];
}

/** The digests of the plans that have changes, each by what it is of. */
export class PlanDigests {
  readonly #digests = new Map<string, string>();

  /** Takes a plan, unless it changes nothing. */
  add({ id, plan }: Pick<PlacedPlan, "id" | "plan">): void {
    if (plan.changes.length > 0) this.#digests.set(id, planDigest(plan));
  }

  /** True for the plan that was taken for that. */
  has({ id, plan }: Pick<PlacedPlan, "id" | "plan">): boolean {
    return this.#digests.get(id) === planDigest(plan);
  }

  /** What the plans are of. */
  get ids(): readonly string[] {
    return [...this.#digests.keys()];
  }

  /** The digest of all of them: the same for the same changes in the same places, in whatever order they are read. */
  get ofAll(): string {
    return digestOf([...this.#digests].toSorted(([one], [other]) => (one < other ? -1 : 1)));
  }
}

/** How a plan is shown and answered. */
export interface PlanTerms {
  readonly flags: ApprovalFlags;
  readonly report: Planned["report"];
  /** The line above the plan, where the target has several. */
  readonly heading?: string;
  /** Notes that are said elsewhere. */
  readonly isSaidElsewhere: (note: Note) => boolean;
}

/** Plans something of an AWS account; where plans are applied, a failure counts for `--max-failures`. */
export async function prepareIn<Planned>(
  awsAccount: string,
  applying: Applying | undefined,
  planning: () => Promise<Planned>,
): Promise<Planned> {
  try {
    return await planning();
  } catch (error) {
    throw applying === undefined ? error : applying.failed(awsAccount, error);
  }
}

/** What is answered of one plan. @param applying applies it, unless it is only shown */
export async function answerPlan(
  placed: PlacedPlan,
  { flags, report, heading, isSaidElsewhere }: PlanTerms,
  applying?: Applying,
): Promise<TargetAnswer> {
  const { plan, presenter, awsAccount, hasFailed } = placed;
  const outcome = await (applying?.apply(placed) ?? shownOnly(plan));
  const { result, isUnverified, exitCode = exitCodeOf(outcome, flags) } = await report(outcome);
  if (isUnverified === true) applying?.failed(awsAccount);
  const notes =
    applying === undefined
      ? plan.notes.filter((note) => !isSaidElsewhere(note))
      : outcome.steps.flatMap((step) => step.notes);
  const own = { ...plan, notes };
  const lines = applying === undefined ? presenter.lines(own, stylesOf(0), flags.showDocuments === true) : [];
  return {
    result: { ...planAnswer({ plan, ...outcome }), ...result },
    gaps: [],
    code: exitCode,
    shown: placedPlanLines(heading, own, lines, hasFailed),
  };
}

function shownOnly({ changes }: Plan): Outcome {
  return { state: changes.length === 0 ? "nothing-to-do" : "planned", steps: [] };
}
