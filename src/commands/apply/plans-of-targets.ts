import type { ManyClustersFile } from "../../config/many-clusters.ts";
import type { FileContents } from "../../config/read-file.ts";
import { SelectorMatches } from "../../config/selector-matches.ts";
import type { ClusterArn, ClusterRef } from "../../model/arn.ts";
import { digestOf } from "../../model/digest.ts";
import { EXIT_CODES, Failure } from "../../model/failure.ts";
import { planDigest, type Note, type Plan } from "../../model/plan.ts";
import { present } from "../../model/present.ts";
import { planAnswer } from "../../output/answer.ts";
import { stylesOf, type Piece } from "../../output/line.ts";
import {
  clusterPlanLines,
  countPlans,
  countsIn,
  PLAN_COUNTS,
  planFound,
  type PlanCounts,
} from "../../output/plan-of-targets.ts";
import { noteLines } from "../../output/plan-text.ts";
import { totalsText } from "../../output/targets-text.ts";
import type { Terminal } from "../../output/terminal.ts";
import { exitCodeOf } from "../shared/plan/exit-code.ts";
import type { DoneStep, Outcome } from "../shared/plan/show-and-apply.ts";
import { readClusters } from "../shared/targets/by-cluster.ts";
import type { OpenTarget, TargetCluster } from "../shared/targets/open-target.ts";
import type { TargetAnswer } from "../shared/targets/run-targets.ts";
import type { TargetsCommand } from "../shared/targets/show-targets.ts";
import type { FileFlags } from "./flags.ts";
import { prepareFile, type AskedOfFiles, type PlannedFile } from "./prepare.ts";
import { RoleCreators } from "./role-creators.ts";
import { targetsMarkdown } from "./targets-markdown.ts";

/** Plans of many clusters, made one by one while targets are read. */
export interface PlansOfTargets {
  readonly command: TargetsCommand;
  /** The digest of each cluster's plan that has changes. */
  readonly digests: ReadonlyMap<ClusterArn, string>;
  /** The digest of all of them: the same for the same changes to the same clusters, in whatever order they are read. */
  readonly digest: () => string;
  /** The documents that are for none of the clusters that were found. */
  readonly unmatched: () => readonly Note[];
}

/** What is applied to a cluster. */
export interface ClusterPlan extends Pick<PlannedFile, "presenter" | "kubernetes"> {
  readonly plan: Plan;
}

/** Applies the plan of a cluster. @throws Failure where it is not applied, or not whole */
export type ApplyCluster = (place: TargetCluster, planned: ClusterPlan) => Promise<readonly DoneStep[]>;

/** What is said at the end of plans. */
export type PlansEnd = (counts: PlanCounts, digest: string) => readonly Piece[];

/**
 * What `plan` and `apply` do with targets.
 * @param end what is said below the sum of the targets
 * @param apply what applies a plan, unless it is shown only
 */
export function plansOfTargets(
  asked: AskedOfFiles,
  file: ManyClustersFile,
  terminal: Terminal,
  end: PlansEnd,
  apply?: ApplyCluster,
): PlansOfTargets {
  const { flags } = asked;
  const matches = new SelectorMatches(file.selectors);
  const digests = new Map<ClusterArn, string>();
  const ofFiles = new Map<string, Note>();
  const creators = new RoleCreators();
  const quiet = { ...terminal, animated: false, say: () => undefined };
  const digest = (): string => digestOf([...digests].toSorted(byArn));
  const notes = (): readonly Note[] => [...ofFiles.values(), ...matches.unmatchedNotes()];

  async function prepareCluster(source: TargetCluster): Promise<TargetAnswer> {
    const { cluster } = source;
    const contents = file.of(cluster);
    requireAnyToKeep(asked, contents);
    // What is written must be planned by what is there, not by what was when another cluster was planned.
    const place = apply === undefined ? source : { ...source, aws: source.direct };
    const planned = await prepareFile(asked, contents, place, quiet);
    const { presenter } = planned;
    const plan = { changes: planned.changes, notes: planned.notes, cluster };
    if (plan.changes.length > 0) digests.set(cluster.arn, planDigest(plan));
    creators.add(plan.changes, cluster.arn);
    for (const note of contents.notes) ofFiles.set(note.message, note);
    const outcome = await outcomeOf(
      plan,
      apply && (() => apply(place, { plan, presenter, kubernetes: planned.kubernetes })),
    );
    const own = { ...plan, notes: plan.notes.filter((note) => !contents.notes.includes(note)) };
    return answerOf(planned, { plan: own, whole: plan, outcome, flags, isShown: apply === undefined });
  }

  async function work({ sources }: OpenTarget): Promise<TargetAnswer> {
    sources.forEach(({ cluster }) => matches.add(cluster));
    const chosen = sources.filter(({ cluster }) => file.isFor(cluster));
    // Writes of clusters of one AWS account wait for each other: they have IAM's limits in common.
    const answer = await readClusters({ sources: chosen }, { read: prepareCluster }, apply && 1);
    const summary = countPlans({ ...answer.result }, sources.length - chosen.length);
    return { ...answer, result: { summary, ...answer.result } };
  }

  return {
    digests,
    digest,
    unmatched: () => matches.unmatchedNotes(),
    command: {
      work,
      concerns: ({ awsAccount }, { region, cluster: name }) => {
        return file.mayBeFor(present({ awsAccount, region, name }));
      },
      contents: {},
      found: (result) => planFound(countsIn(result["summary"]), apply !== undefined),
      lines: () => [],
      sums: PLAN_COUNTS,
      together() {
        matches.requireOne();
        creators.requireOne();
        const unmatched = matches.unmatched();
        return {
          result: { digest: digest(), unmatched },
          code: unmatched.length > 0 ? EXIT_CODES.failed : 0,
        };
      },
      end: (totals) => [
        `  ${totalsText(totals)}`,
        ...(apply === undefined ? noteLines(notes(), terminal.out) : []),
        ...end(countsIn(totals.found), digest()),
      ],
      writers: { markdown: targetsMarkdown(flags, { digest, notes }) },
    },
  };
}

/** What became of a cluster's plan. */
interface PlanFate {
  readonly plan: Plan & { readonly cluster: ClusterRef };
  /** With the notes that are of the files. */
  readonly whole: Plan;
  readonly outcome: Outcome;
  readonly flags: FileFlags;
  readonly isShown: boolean;
}

async function answerOf(
  { report, presenter, hasFailed }: PlannedFile,
  { plan, whole, outcome, flags, isShown }: PlanFate,
): Promise<TargetAnswer> {
  const { result, exitCode = exitCodeOf(outcome, flags) } = await report(outcome);
  const notes = isShown ? plan.notes : outcome.steps.flatMap((step) => step.notes);
  const lines = isShown ? presenter.lines(plan, stylesOf(0), flags.showDocuments === true) : [];
  return {
    result: { ...planAnswer({ plan: whole, ...outcome }), ...result },
    gaps: [],
    code: exitCode,
    shown: clusterPlanLines(plan.cluster, { ...plan, notes }, lines, hasFailed),
  };
}

async function outcomeOf({ changes }: Plan, apply?: () => Promise<readonly DoneStep[]>): Promise<Outcome> {
  if (changes.length === 0) return { state: "nothing-to-do", steps: [] };
  return apply === undefined ? { state: "planned", steps: [] } : { state: "done", steps: await apply() };
}

/** @throws Failure for a prune that the files of the cluster name nothing to keep for */
function requireAnyToKeep({ sets }: AskedOfFiles, { serviceAccounts }: FileContents): void {
  if (sets.prune && serviceAccounts.length === 0)
    throw new Failure(
      "input",
      "invalid-input",
      "--prune would delete the whole set: the files define no ServiceAccounts for this cluster",
    );
}

function byArn(
  [one]: readonly [arn: string, of: unknown],
  [other]: readonly [arn: string, of: unknown],
): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
