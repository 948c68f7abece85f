import type { ManyClustersFile } from "../../config/many-clusters.ts";
import type { FileContents } from "../../config/read-file.ts";
import { SelectorMatches } from "../../config/selector-matches.ts";
import type { ClusterArn, ClusterRef, RoleArn } from "../../model/arn.ts";
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
import type { Report } from "../shared/plan/run-plan-command.ts";
import type { Outcome } from "../shared/plan/show-and-apply.ts";
import { readClusters } from "../shared/targets/by-cluster.ts";
import type { LostPart, OpenTarget, TargetCluster } from "../shared/targets/open-target.ts";
import type { TargetAnswer } from "../shared/targets/run-targets.ts";
import type { TargetsCommand } from "../shared/targets/show-targets.ts";
import { ClusterTargets } from "./cluster-targets.ts";
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
  /** The clusters with changes that were found in the target before and are not there any more. */
  readonly gone: Applying["gone"];
  /** The documents that are for none of the clusters that were found. */
  readonly unmatched: () => readonly Note[];
}

/** What is applied to a cluster. */
export interface ClusterPlan extends Pick<PlannedFile, "presenter" | "kubernetes" | "hasFailed"> {
  readonly plan: Plan;
}

/** How plans are applied that are not only shown. */
export interface Applying {
  /** Applies the plan of a cluster, unless it has no changes. @throws Failure where it is not applied, or not whole */
  readonly apply: (place: TargetCluster, planned: ClusterPlan) => Promise<Outcome>;
  /** Told of a cluster that could not be planned, applied or verified; gives the error to end it with. */
  readonly failed: (cluster: ClusterRef, error?: unknown) => unknown;
  /** The clusters of a target that were to be planned again and are not there any more. */
  readonly gone: (open: OpenTarget) => readonly LostPart[];
}

/** What is said at the end of plans. */
export type PlansEnd = (counts: PlanCounts, digest: string) => readonly Piece[];

/**
 * What `plan` and `apply` do with targets.
 * @param end what is said below the sum of the targets
 * @param applying what applies the plans, unless they are shown only
 */
export function plansOfTargets(
  asked: AskedOfFiles,
  file: ManyClustersFile,
  terminal: Terminal,
  end: PlansEnd,
  applying?: Applying,
): PlansOfTargets {
  const { flags } = asked;
  const matches = new SelectorMatches(file.selectors);
  const digests = new Map<ClusterArn, string>();
  const ofFiles = new Map<string, Note>();
  const creators = new RoleCreators();
  const targets = new ClusterTargets();
  const quiet = { ...terminal, animated: false, say: () => undefined };
  const digest = (): string => digestOf([...digests].toSorted(byArn));
  const notes = (): readonly Note[] => [...ofFiles.values(), ...matches.unmatchedNotes()];

  const prepareCluster = (source: TargetCluster): Promise<TargetAnswer> =>
    prepareOne(source).catch((error: unknown) => {
      throw applying === undefined ? error : applying.failed(source.cluster, error);
    });

  async function prepareOne(source: TargetCluster): Promise<TargetAnswer> {
    const { cluster } = source;
    const contents = file.of(cluster);
    requireAnyToKeep(asked, contents);
    // What is written must be planned by what is there, not by what was when another cluster was planned.
    const place = applying === undefined ? source : { ...source, aws: source.direct };
    const planned = await prepareFile(asked, contents, place, quiet);
    const plan = { changes: planned.changes, notes: planned.notes, cluster };
    if (plan.changes.length > 0) digests.set(cluster.arn, planDigest(plan));
    creators.add(createdBy(plan), cluster.arn);
    for (const note of contents.notes) ofFiles.set(note.message, note);
    const outcome = await (applying?.apply(place, { ...planned, plan }) ?? shownOnly(plan));
    const report = await planned.report(outcome);
    if (report.isUnverified === true) applying?.failed(cluster);
    const own = { ...plan, notes: plan.notes.filter((note) => !contents.notes.includes(note)) };
    const isShown = applying === undefined;
    return answerOf(planned, report, { plan: own, whole: plan, outcome, flags, isShown });
  }

  async function work(open: OpenTarget): Promise<TargetAnswer> {
    const { sources } = open;
    targets.add(open);
    sources.forEach(({ cluster }) => matches.add(cluster));
    const chosen = sources.filter(({ cluster }) => file.isFor(cluster));
    // Writes of clusters of one AWS account wait for each other: they have IAM's limits in common.
    const answer = await readClusters({ sources: chosen }, { read: prepareCluster }, applying && 1);
    const lost = [...(answer.lost ?? []), ...(applying?.gone(open) ?? [])];
    const summary = countPlans({ ...answer.result }, sources.length - chosen.length);
    return { ...answer, lost, result: { summary, ...answer.result } };
  }

  return {
    digests,
    gone: (open) => targets.gone(digests.keys(), open),
    digest,
    unmatched: () => matches.unmatchedNotes(),
    command: {
      work,
      concerns: ({ awsAccount }, { region, cluster: name }) => {
        return file.mayBeFor(present({ awsAccount, region, name }));
      },
      contents: {},
      found: (result) => planFound(countsIn(result["summary"]), applying !== undefined),
      lines: () => [],
      sums: PLAN_COUNTS,
      together() {
        targets.requireOne();
        matches.requireOne();
        creators.requireOne();
        const unmatched = matches.unmatched();
        const code = unmatched.length > 0 ? EXIT_CODES.failed : 0;
        return { result: { digest: digest(), unmatched }, code };
      },
      end: (totals) => [
        `  ${totalsText(totals)}`,
        ...(applying === undefined ? noteLines(notes(), terminal.out) : []),
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

function answerOf(
  { presenter, hasFailed }: PlannedFile,
  { result, exitCode }: Report,
  { plan, whole, outcome, flags, isShown }: PlanFate,
): TargetAnswer {
  const notes = isShown ? plan.notes : outcome.steps.flatMap((step) => step.notes);
  const lines = isShown ? presenter.lines(plan, stylesOf(0), flags.showDocuments === true) : [];
  return {
    result: { ...planAnswer({ plan: whole, ...outcome }), ...result },
    gaps: [],
    code: exitCode ?? exitCodeOf(outcome, flags),
    shown: clusterPlanLines(plan.cluster, { ...plan, notes }, lines, hasFailed),
  };
}

function shownOnly({ changes }: Plan): Outcome {
  return { state: changes.length === 0 ? "nothing-to-do" : "planned", steps: [] };
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

function createdBy({ changes }: Plan): readonly RoleArn[] {
  return changes.flatMap((change) => (change.kind === "create-role" ? [change.arn] : []));
}

function byArn(
  [one]: readonly [arn: string, of: unknown],
  [other]: readonly [arn: string, of: unknown],
): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
