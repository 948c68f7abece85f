import { counted } from "../../model/counted.ts";
import { Failure } from "../../model/failure.ts";
import { countTargets, type Note } from "../../model/plan.ts";
import type { FromOperator } from "../../model/source.ts";
import type { Target } from "../../model/target.ts";
import { isJsonObject } from "../../model/target-record.ts";
import { numberIn } from "../../output/json-parts.ts";
import { changesFound, countsIn } from "../../output/plan-of-targets.ts";
import { totalsText } from "../../output/targets-text.ts";
import { silenced, type Terminal } from "../../output/terminal.ts";
import type { CommandContext } from "../command-context.ts";
import { answerTargets } from "../shared/targets/answer-targets.ts";
import { approveTogether } from "../shared/targets/approve-together.ts";
import type { OpenTarget } from "../shared/targets/open-target.ts";
import {
  answerPlan,
  prepareIn,
  PlanDigests,
  type Applying,
  type PlacedPlan,
  type PlansEnd,
  type PlansTogether,
} from "../shared/targets/placed-plan.ts";
import type { TargetAnswer } from "../shared/targets/run-targets.ts";
import type { Endpoints } from "./endpoints.ts";
import { endsFor, sharedEnds, type SharedEnds } from "./ends-of-targets.ts";
import type { MigrateTrustFlags } from "./flags.ts";
import { roleWord } from "./report.ts";
import { prepareMove, type AskedMove } from "./run.ts";

/** What is counted in each AWS account; `differing` is 1 where something changes. */
const COUNTS = ["roles", "differing", "failed", "create", "change", "remove"] as const;

/** `migrate-trust` for many AWS accounts: the plans of all are approved together. */
export async function moveTrustInTargets(
  named: Endpoints,
  audiences: readonly FromOperator<string>[],
  flags: MigrateTrustFlags,
  context: CommandContext,
): Promise<void> {
  const covering = { ...flags, output: { format: flags.output } };
  await answerTargets(covering, context, async (targets, world, show) => {
    requireOneEach(targets);
    const ends = await sharedEnds(named, targets, world);
    const { cluster } = ends.to;
    const asked = { flags, audiences, clusterFlags: cluster === undefined ? [] : ["--cluster", cluster.arn] };
    await approveTogether(
      {
        flags,
        noun: "AWS account",
        planned: ({ complete, partial }) => complete + partial,
        plansFor: (...how) => plansOfAwsAccounts(ends, asked, ...how),
      },
      show,
      context,
    );
  });
}

/**
 * Two targets would plan the roles of an AWS account twice, and write to them side by side.
 * @throws Failure of kind `input` for an AWS account that is in two targets
 */
function requireOneEach(targets: readonly Target[]): void {
  const names = new Map<string, string>();
  for (const { awsAccount, name } of targets) {
    const other = names.get(awsAccount);
    if (other !== undefined)
      throw new Failure("input", "invalid-input", `AWS account ${awsAccount} is in two targets`, {
        facts: [["targets", [other, name].toSorted()]],
        advice: "Leave out one of them: a role has no region",
      });
    names.set(awsAccount, name);
  }
}

function plansOfAwsAccounts(
  ends: SharedEnds,
  asked: AskedMove,
  terminal: Terminal,
  end: PlansEnd,
  applying?: Applying,
): PlansTogether {
  const { flags } = asked;
  const role = roleWord(flags);
  const digests = new PlanDigests();
  const quiet = silenced(terminal);

  async function planned({ aws, caller }: OpenTarget): Promise<TargetAnswer> {
    const move = endsFor(ends, caller);
    const { changes, notes, rows, presenter, report } = await prepareMove(move, asked, aws.iam, quiet);
    const { awsAccount } = caller;
    const failed = rows.filter(({ state }) => state === "failed").length;
    const placed: PlacedPlan = {
      id: awsAccount,
      awsAccount,
      name: `AWS account ${awsAccount}`,
      plan: { changes, notes },
      presenter,
      targets: { iam: aws.iam, kubernetes: undefined },
      hasFailed: failed > 0,
    };
    digests.add(placed);
    const answer = await answerPlan(placed, { flags, report, isSaidElsewhere }, applying);
    const differing = changes.length > 0 ? 1 : 0;
    const summary = { roles: rows.length, differing, failed, ...countTargets(changes) };
    return { ...answer, result: { summary, ...answer.result } };
  }

  return {
    digests,
    // An AWS account that can be opened is there.
    gone: () => [],
    unmatched: () => [],
    command: {
      work: (open) => prepareIn(open.caller.awsAccount, applying, () => planned(open)),
      withoutClusters: true,
      contents: {},
      found: ({ summary }) => foundText(summary, role, applying !== undefined),
      lines: () => [],
      sums: COUNTS,
      together: () => ({ result: { digest: digests.ofAll }, code: 0 }),
      end: (totals) => [
        `  ${totalsText(totals)}`,
        ...(totals.found["roles"] === 0 && totals.complete > 0
          ? [`  No ${role} trusts ${ends.from.issuer}`]
          : []),
        ...end(totals, digests.ofAll),
      ],
    },
  };
}

function foundText(summary: unknown, role: string, isDone: boolean): string {
  const roles = isJsonObject(summary) ? numberIn(summary["roles"]) : 0;
  if (roles === 0) return `no ${role} trusts the old issuer`;
  return `${counted(roles, "role")} · ${changesFound(countsIn(summary), isDone)}`;
}

/** An AWS account without a role of the old issuer does not point to a typo: others may have some. */
function isSaidElsewhere({ code }: Note): boolean {
  return code === "other-issuers";
}
