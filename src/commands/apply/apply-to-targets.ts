import type { ManyClustersFile } from "../../config/many-clusters.ts";
import type { ClusterArn, ClusterRef } from "../../model/arn.ts";
import { counted } from "../../model/counted.ts";
import { afterWriting, EXIT_CODES, Failure } from "../../model/failure.ts";
import { planDigest } from "../../model/plan.ts";
import type { TargetTotals } from "../../model/target-record.ts";
import { appliedLine, countsIn, effectsText, plansLine } from "../../output/plan-of-targets.ts";
import { planHint } from "../../output/plan-hint.ts";
import { talkingToStderr, type Terminal } from "../../output/terminal.ts";
import type { CommandContext } from "../command-context.ts";
import {
  applyPlan,
  isApproved,
  mayBeApproved,
  requireDigest,
  type Outcome,
} from "../shared/plan/show-and-apply.ts";
import { answerTargets, type CoveringFlags, type ShowTargets } from "../shared/targets/answer-targets.ts";
import type { TargetCluster } from "../shared/targets/open-target.ts";
import { plansOfTargets, type ClusterPlan, type PlansEnd, type PlansOfTargets } from "./plans-of-targets.ts";
import type { AskedOfFiles } from "./prepare.ts";
import { StopRule } from "./stop-rule.ts";

/**
 * `apply` for many clusters and AWS accounts: all are planned, shown and approved together; then each is planned again, and
 * applied if that is the plan that was shown.
 */
export async function applyToTargets(
  asked: AskedOfFiles,
  file: ManyClustersFile,
  covering: CoveringFlags,
  context: CommandContext,
): Promise<void> {
  const { flags } = asked;
  const { approve, output, expectPlan, maxFailures = 0 } = flags;
  const isText = output === "text";
  const terminal = isText ? context.terminal : talkingToStderr(context.terminal);
  const mayApply = mayBeApproved(flags, terminal);
  const planEnd: PlansEnd = (counts, digest) => [
    plansLine(counts, digest, terminal.out),
    ...(mayApply || counts.differing === 0 ? [] : planHint({ changes: [] }, flags)),
  ];
  await answerTargets(covering, context, async (targets, _world, show) => {
    const plans = plansOfTargets(asked, file, terminal, planEnd);
    const isOnlyShown = !isText && approve !== true;
    const totals = await show(plans.command, isOnlyShown ? undefined : { format: "text", terminal });
    const isEmpty = plans.digests.size === 0;
    if (!isEmpty) requireDigest(plans.digest(), expectPlan);
    if (!mayApply || (isEmpty && isText)) return;
    requirePlanned(totals, plans, maxFailures);
    const { differing, ...effects } = countsIn(totals.found);
    const where = `${counted(differing, "cluster")} of ${counted(targets.length, "AWS account")}`;
    const question = `Apply these plans to ${where} (${effectsText({ differing, ...effects })})?`;
    if (!isEmpty && !(await isApproved(flags, terminal, question))) return;
    await context.takeInterrupts();
    await applyApproved(asked, file, plans, show, context);
  });
}

/**
 * Nothing is written before it is known that what can be planned is enough.
 * @throws Failure for too many targets that can't be planned, or documents for clusters that are not there
 */
function requirePlanned(
  { partial, missing, codes }: TargetTotals,
  plans: PlansOfTargets,
  most: number,
): void {
  const failed = partial + missing;
  if (failed > most) {
    const kind = codes.has(EXIT_CODES.denied) ? "denied" : "failed";
    const message = `${counted(failed, "target")} can't be planned completely`;
    throw new Failure(kind, "incomplete", message, {
      advice:
        "Fix what is missing, or apply the others: --max-failures is the number of AWS accounts that may fail",
    });
  }
  const [first] = plans.unmatched();
  if (first !== undefined && failed === 0) throw new Failure("refused", "no-cluster", first.message);
}

async function applyApproved(
  asked: AskedOfFiles,
  file: ManyClustersFile,
  approved: PlansOfTargets,
  show: ShowTargets,
  context: CommandContext,
): Promise<void> {
  const { terminal, signal } = context;
  const stop = new StopRule(asked.flags.maxFailures ?? 0, signal);
  const begun = new Set<ClusterArn>();
  const done = new Set<ClusterArn>();
  /** What others have done since the plans were shown. */
  const upToDate = new Set<ClusterArn>();

  async function apply(
    { aws, cluster }: TargetCluster,
    { plan, presenter, kubernetes, hasFailed }: ClusterPlan,
  ): Promise<Outcome> {
    if (plan.changes.length === 0) {
      if (!hasFailed) upToDate.add(cluster.arn);
      return { state: "nothing-to-do", steps: [] };
    }
    if (planDigest(plan) !== approved.digests.get(cluster.arn)) throw changed(cluster.name);
    stop.requireStart();
    begun.add(cluster.arn);
    const targets = { iam: aws.iam, eks: aws.eks, kubernetes, cloudFormation: aws.cloudFormation };
    const steps = await applyPlan(
      { plan, flags: asked.flags, targets, presenter },
      silent(terminal),
      context,
    );
    done.add(cluster.arn);
    return { state: "done", steps };
  }

  function failed({ awsAccount }: ClusterRef, error?: unknown): unknown {
    stop.add(awsAccount);
    return asIncomplete(error);
  }

  const open = () => [...approved.digests.keys()].filter((arn) => !done.has(arn) && !upToDate.has(arn));
  const end: PlansEnd = (counts) => [
    appliedLine({ ...counts, differing: done.size, clusters: approved.digests.size }),
    ...(open().length === 0 ? [] : ["  Run the same command again to complete the rest."]),
  ];
  const { command } = plansOfTargets(asked, file, terminal, end, { apply, failed, gone: approved.gone });
  try {
    await show({
      ...command,
      requireStart: () => stop.requireStart(),
      onRecord: (record) => stop.addRecord(record),
      together(totals) {
        if (signal.aborted && open().length > 0) throw interrupted([...done], open(), begun.size > 0);
        return command.together?.(totals) ?? { result: {}, code: 0 };
      },
    });
  } catch (error) {
    throw begun.size > 0 ? afterWriting(error) : error;
  }
}

/** Progress of many clusters side by side would be nobody's. */
function silent(terminal: Terminal): Terminal {
  return { ...terminal, animated: false, interactive: false, print: () => undefined, say: () => undefined };
}

function changed(cluster: string): Failure {
  const message = `the plan of cluster '${cluster}' has changed since it was shown: nothing was done there`;
  return new Failure("refused", "other-plan", message, { advice: "Run the same command again to review it" });
}

/** One cluster that is interrupted does not end the run, whose end names all. */
function asIncomplete(error: unknown): unknown {
  if (!(error instanceof Failure) || error.kind !== "interrupted") return error;
  return new Failure("failed", "incomplete", error.message, { ...error.detail, cause: error });
}

function interrupted(done: readonly string[], open: readonly string[], written: boolean): Failure {
  const all = done.length + open.length;
  return new Failure(
    "interrupted",
    "interrupted",
    `interrupted: ${open.length} of ${counted(all, "cluster")} not completed`,
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
