import type { ManyClustersFile } from "../../config/many-clusters.ts";
import type { FileContents } from "../../config/read-file.ts";
import { SelectorMatches } from "../../config/selector-matches.ts";
import type { RoleArn } from "../../model/arn.ts";
import { EXIT_CODES, Failure } from "../../model/failure.ts";
import type { Note, Plan } from "../../model/plan.ts";
import { present } from "../../model/present.ts";
import { countPlans, countsIn, PLAN_COUNTS, planFound } from "../../output/plan-of-targets.ts";
import { noteLines } from "../../output/plan-text.ts";
import { totalsText } from "../../output/targets-text.ts";
import { silenced, type Terminal } from "../../output/terminal.ts";
import { readClusters } from "../shared/targets/by-cluster.ts";
import type { OpenTarget, TargetCluster } from "../shared/targets/open-target.ts";
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
import { ClusterTargets } from "./cluster-targets.ts";
import { prepareFile, type AskedOfFiles, type PlannedFile } from "./prepare.ts";
import { RoleCreators } from "./role-creators.ts";
import { targetsMarkdown } from "./targets-markdown.ts";

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
): PlansTogether {
  const { flags } = asked;
  const matches = new SelectorMatches(file.selectors);
  const digests = new PlanDigests();
  const ofFiles = new Map<string, Note>();
  const creators = new RoleCreators();
  const targets = new ClusterTargets();
  const notes = (): readonly Note[] => [...ofFiles.values(), ...matches.unmatchedNotes()];

  const prepareCluster = (source: TargetCluster): Promise<TargetAnswer> =>
    prepareIn(source.cluster.awsAccount, applying, () => prepareOne(source));

  async function prepareOne(source: TargetCluster): Promise<TargetAnswer> {
    const { cluster } = source;
    const contents = file.of(cluster);
    requireAnyToKeep(asked, contents);
    // What is written must be planned by what is there, not by what was when another cluster was planned.
    const place = applying === undefined ? source : { ...source, aws: source.direct };
    const planned = await prepareFile(asked, contents, place, silenced(terminal));
    const placed = placedIn(place, planned);
    digests.add(placed);
    creators.add(createdBy(placed.plan), cluster.arn);
    for (const note of contents.notes) ofFiles.set(note.message, note);
    const heading = `cluster ${cluster.name} in ${cluster.region}`;
    const isSaidElsewhere = (note: Note): boolean => contents.notes.includes(note);
    return answerPlan(placed, { flags, report: planned.report, heading, isSaidElsewhere }, applying);
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
    gone: (open) => targets.gone(digests.ids, open),
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
        return { result: { digest: digests.ofAll, unmatched }, code };
      },
      end: (totals) => [
        `  ${totalsText(totals)}`,
        ...(applying === undefined ? noteLines(notes(), terminal.out) : []),
        ...end(totals, digests.ofAll),
      ],
      writers: { markdown: targetsMarkdown(flags, { digest: () => digests.ofAll, notes }) },
    },
  };
}

function placedIn(
  { aws, cluster }: TargetCluster,
  { changes, notes, presenter, kubernetes, hasFailed }: PlannedFile,
): PlacedPlan {
  return {
    id: cluster.arn,
    awsAccount: cluster.awsAccount,
    name: `cluster '${cluster.name}'`,
    plan: { changes, notes, cluster },
    presenter,
    targets: { iam: aws.iam, eks: aws.eks, kubernetes, cloudFormation: aws.cloudFormation },
    hasFailed,
  };
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
