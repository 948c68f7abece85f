import type { ManyClustersFile } from "../../config/many-clusters.ts";
import type { FileContents } from "../../config/read-file.ts";
import { SelectorMatches } from "../../config/selector-matches.ts";
import { roleRef, type ClusterArn, type RoleArn } from "../../model/arn.ts";
import { digestOf } from "../../model/digest.ts";
import { EXIT_CODES, Failure } from "../../model/failure.ts";
import { planDigest, type Note } from "../../model/plan.ts";
import { present } from "../../model/present.ts";
import { planAnswer } from "../../output/answer.ts";
import { stylesOf } from "../../output/line.ts";
import {
  clusterPlanLines,
  countPlans,
  countsIn,
  PLAN_COUNTS,
  planFound,
  plansLine,
} from "../../output/plan-of-targets.ts";
import { noteLines } from "../../output/plan-text.ts";
import { totalsText } from "../../output/targets-text.ts";
import type { Terminal } from "../../output/terminal.ts";
import { exitCodeOf } from "../shared/plan/exit-code.ts";
import { readClusters } from "../shared/targets/by-cluster.ts";
import type { OpenTarget, TargetCluster } from "../shared/targets/open-target.ts";
import type { TargetAnswer } from "../shared/targets/run-targets.ts";
import type { TargetsCommand } from "../shared/targets/show-targets.ts";
import { prepareFile, type AskedOfFiles } from "./prepare.ts";
import { targetsMarkdown } from "./targets-markdown.ts";

/** Plans of many clusters, made one by one while targets are read. */
export interface PlansOfTargets {
  readonly command: TargetsCommand;
  /** The digest of each cluster's plan that has changes. */
  readonly digests: ReadonlyMap<ClusterArn, string>;
  /** The digest of all of them: the same for the same changes to the same clusters, in whatever order they are read. */
  readonly digest: () => string;
}

/** What `plan` does with targets. */
export function plansOfTargets(
  asked: AskedOfFiles,
  file: ManyClustersFile,
  terminal: Terminal,
): PlansOfTargets {
  const { flags } = asked;
  const matches = new SelectorMatches(file.selectors);
  const digests = new Map<ClusterArn, string>();
  const ofFiles = new Map<string, Note>();
  const creators = new Map<RoleArn, ClusterArn>();
  const shared = new Map<RoleArn, readonly ClusterArn[]>();
  const digest = (): string => digestOf([...digests].toSorted(byArn));
  const notes = (): readonly Note[] => [...ofFiles.values(), ...matches.unmatchedNotes()];

  async function prepareCluster(source: TargetCluster): Promise<TargetAnswer> {
    const { cluster } = source;
    const contents = file.of(cluster);
    requireAnyToKeep(asked, contents);
    const planned = await prepareFile(asked, contents, source, { ...terminal, animated: false });
    const plan = { changes: planned.changes, notes: planned.notes, cluster };
    const outcome = { state: plan.changes.length === 0 ? "nothing-to-do" : "planned", steps: [] } as const;
    const { result, exitCode = exitCodeOf(outcome, flags) } = await planned.report(outcome);
    if (plan.changes.length > 0) digests.set(cluster.arn, planDigest(plan));
    for (const change of plan.changes) {
      if (change.kind !== "create-role") continue;
      const other = creators.get(change.arn);
      if (other !== undefined) shared.set(change.arn, [other, cluster.arn].toSorted());
      creators.set(change.arn, cluster.arn);
    }
    for (const note of contents.notes) ofFiles.set(note.message, note);
    const own = { ...plan, notes: plan.notes.filter((note) => !contents.notes.includes(note)) };
    const lines = planned.presenter.lines(plan, stylesOf(0), flags.showDocuments === true);
    return {
      result: { ...planAnswer({ plan, ...outcome }), ...result },
      gaps: [],
      code: exitCode,
      shown: clusterPlanLines(cluster, own, lines, planned.hasFailed),
    };
  }

  async function work({ sources }: OpenTarget): Promise<TargetAnswer> {
    sources.forEach(({ cluster }) => matches.add(cluster));
    const chosen = sources.filter(({ cluster }) => file.isFor(cluster));
    const answer = await readClusters({ sources: chosen }, { read: prepareCluster });
    const summary = countPlans({ ...answer.result }, sources.length - chosen.length);
    return { ...answer, result: { summary, ...answer.result } };
  }

  return {
    digests,
    digest,
    command: {
      work,
      concerns: ({ awsAccount }, { region, cluster: name }) => {
        return file.mayBeFor(present({ awsAccount, region, name }));
      },
      contents: {},
      found: (result) => planFound(countsIn(result["summary"])),
      lines: () => [],
      sums: PLAN_COUNTS,
      together() {
        matches.requireOne();
        requireOwnRoles(shared);
        const unmatched = matches.unmatched();
        return {
          result: { digest: digest(), unmatched },
          code: unmatched.length > 0 ? EXIT_CODES.failed : 0,
        };
      },
      end: (totals) => [
        `  ${totalsText(totals)}`,
        ...noteLines(notes(), terminal.out),
        plansLine(countsIn(totals.found), digest(), terminal.out),
        "  No changes made.",
      ],
      writers: { markdown: targetsMarkdown(flags, { digest, notes }) },
    },
  };
}

/** @throws Failure for roles that two clusters would create: a role is one cluster's */
function requireOwnRoles(shared: ReadonlyMap<RoleArn, readonly ClusterArn[]>): void {
  const [first] = [...shared].toSorted(byArn);
  if (first === undefined) return;
  const [role, clusters] = first;
  throw new Failure(
    "input",
    "invalid-input",
    `roleName: role '${roleRef(role).name}' would be created for two clusters`,
    {
      facts: [
        ["role", role],
        ["clusters", clusters],
      ],
      advice:
        "Leave out roleName, or give each cluster a file with its own: generated names differ between clusters",
    },
  );
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
