import { counted } from "../../../model/counted.ts";
import { afterWriting, EXIT_CODES, Failure } from "../../../model/failure.ts";
import type { TargetTotals } from "../../../model/target-record.ts";
import { Turns } from "../../../model/turns.ts";
import { appliedLine, countsIn, effectsText, plansLine } from "../../../output/plan-of-targets.ts";
import { planHint } from "../../../output/plan-hint.ts";
import { silenced, talkingToStderr, type Terminal } from "../../../output/terminal.ts";
import type { CommandContext } from "../../command-context.ts";
import {
  applyPlan,
  isApproved,
  mayBeApproved,
  requireDigest,
  type ApprovalFlags,
  type Outcome,
} from "../plan/show-and-apply.ts";
import type { ShowTargets } from "./answer-targets.ts";
import type { Applying, PlacedPlan, PlansEnd, PlansTogether } from "./placed-plan.ts";
import { StopRule } from "./stop-rule.ts";

/** Plans of many targets that are approved together. */
export interface Together {
  readonly flags: ApprovalFlags & { readonly maxFailures?: number };
  /** What each plan is of: "cluster", or "AWS account". */
  readonly noun: string;
  /** How many of these were planned. */
  readonly planned: (totals: TargetTotals) => number;
  /**
   * Makes the plans.
   * @param end what is said below the sum of the targets
   * @param applying applies them, unless they are only shown
   */
  readonly plansFor: (terminal: Terminal, end: PlansEnd, applying?: Applying) => PlansTogether;
}

/**
 * Plans all targets, shows the plans and has them approved together; then each is planned again, and applied if that is the
 * plan that was shown.
 */
export async function approveTogether(
  together: Together,
  show: ShowTargets,
  context: CommandContext,
): Promise<void> {
  const { flags, noun, planned, plansFor } = together;
  const { approve, output, expectPlan, maxFailures = 0 } = flags;
  const isText = output === "text";
  const terminal = isText ? context.terminal : talkingToStderr(context.terminal);
  const mayApply = mayBeApproved(flags, terminal);
  const among = (totals: TargetTotals): string =>
    `${countsIn(totals.found).differing} of ${counted(planned(totals), noun)}`;
  const planEnd: PlansEnd = (totals, digest) => {
    const counts = countsIn(totals.found);
    return [
      plansLine(counts, among(totals), digest, terminal.out),
      ...(mayApply || counts.differing === 0 ? [] : planHint({ changes: [] }, flags)),
    ];
  };
  const plans = plansFor(terminal, planEnd);
  const isOnlyShown = !isText && approve !== true;
  const totals = await show(plans.command, isOnlyShown ? undefined : { format: "text", terminal });
  const isEmpty = plans.digests.ids.length === 0;
  if (!isEmpty) requireDigest(plans.digests.ofAll, expectPlan);
  if (!mayApply || (isEmpty && isText)) return;
  requirePlanned(totals, plans, maxFailures);
  const question = `Apply these plans to ${among(totals)} (${effectsText(countsIn(totals.found))})?`;
  if (!isEmpty && !(await isApproved(flags, terminal, question))) return;
  await context.takeInterrupts();
  await applyApproved(together, plans, show, context);
}

/**
 * Nothing is written before it is known that what can be planned is enough.
 * @throws Failure for too many targets that can't be planned, or what is for none of them
 */
function requirePlanned({ partial, missing, codes }: TargetTotals, plans: PlansTogether, most: number): void {
  const failed = partial + missing;
  if (failed > most) {
    const kind = codes.has(EXIT_CODES.denied) ? "denied" : "failed";
    const message = `${counted(failed, "target")} can't be planned completely`;
    throw new Failure(kind, "incomplete", message, {
      advice: `Fix what is missing, or apply the others with --max-failures ${failed}`,
    });
  }
  const [first] = plans.unmatched();
  if (first !== undefined && failed === 0) throw new Failure("refused", "no-cluster", first.message);
}

async function applyApproved(
  { flags, noun, plansFor }: Together,
  approved: PlansTogether,
  show: ShowTargets,
  context: CommandContext,
): Promise<void> {
  const { terminal, signal } = context;
  const stop = new StopRule(flags.maxFailures ?? 0, signal);
  const begun = new Set<string>();
  const done = new Set<string>();
  /** What others have done since the plans were shown. */
  const upToDate = new Set<string>();

  async function apply(placed: PlacedPlan): Promise<Outcome> {
    const { id, name, plan, hasFailed } = placed;
    if (plan.changes.length === 0) {
      if (!hasFailed) upToDate.add(id);
      return { state: "nothing-to-do", steps: [] };
    }
    if (!approved.digests.has(placed)) throw changed(name);
    stop.requireStart();
    begun.add(id);
    const steps = await applyPlan({ ...placed, flags }, silenced(terminal), context);
    done.add(id);
    return { state: "done", steps };
  }

  function failed(awsAccount: string, error?: unknown): unknown {
    stop.add(awsAccount);
    return asIncomplete(error);
  }

  const { ids } = approved.digests;
  const open = () => ids.filter((id) => !done.has(id) && !upToDate.has(id));
  const end: PlansEnd = (totals) => [
    appliedLine(countsIn(totals.found), `${done.size} of ${counted(ids.length, noun)}`),
    ...(open().length === 0 ? [] : ["  Run the same command again to complete the rest."]),
  ];
  const { command } = plansFor(terminal, end, { apply, failed, gone: approved.gone });
  const turns = new Turns();
  try {
    await show({
      ...command,
      // Targets of one AWS account, as in several regions, have IAM and its limits in common.
      work: (target) => turns.take(target.caller.awsAccount, () => command.work(target)),
      requireStart: () => stop.requireStart(),
      onRecord: (record) => stop.addRecord(record),
      together(totals) {
        if (signal.aborted && open().length > 0) throw interrupted([...done], open(), noun, begun.size > 0);
        return command.together?.(totals) ?? { result: {}, code: 0 };
      },
    });
  } catch (error) {
    throw begun.size > 0 ? afterWriting(error) : error;
  }
}

function changed(name: string): Failure {
  const message = `the plan of ${name} has changed since it was shown: nothing was done there`;
  return new Failure("refused", "other-plan", message, { advice: "Run the same command again to review it" });
}

/** One plan that is interrupted does not end the run, whose end names all. */
function asIncomplete(error: unknown): unknown {
  if (!(error instanceof Failure) || error.kind !== "interrupted") return error;
  return new Failure("failed", "incomplete", error.message, { ...error.detail, cause: error });
}

function interrupted(
  done: readonly string[],
  open: readonly string[],
  noun: string,
  written: boolean,
): Failure {
  const all = done.length + open.length;
  return new Failure(
    "interrupted",
    "interrupted",
    `interrupted: ${open.length} of ${counted(all, noun)} not completed`,
    {
      facts: [
        ...(done.length === 0 ? [] : [["completed", done.toSorted()] as const]),
        ["not completed", open.toSorted()],
      ],
      advice: "Run the same command again to complete the rest",
      written,
    },
  );
}
