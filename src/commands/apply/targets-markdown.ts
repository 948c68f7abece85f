import { counted } from "../../model/counted.ts";
import { digestOf } from "../../model/digest.ts";
import { SHORT_DIGEST, type Note } from "../../model/plan.ts";
import type { MissingPart, TargetRecord } from "../../model/target-record.ts";
import { md, type Markdown } from "../../output/markdown.ts";
import { fitting, folded, notesList } from "../../output/plan-markdown.ts";
import { countsIn, effectsText, planFound } from "../../output/plan-of-targets.ts";
import { placeOf, totalsText } from "../../output/targets-text.ts";
import { TextBlock } from "../../output/text-block.ts";
import type { TargetsWriter } from "../shared/targets/show-targets.ts";
import type { FileFlags } from "./flags.ts";

/** A forge takes 65,536 characters for a comment; what is more of a part is only counted. */
const ROOM = { targets: 50, missing: 20, plans: 30_000 };

/** What is known of the plans once all targets are read. */
interface Together {
  readonly digest: () => string;
  readonly notes: () => readonly Note[];
}

/**
 * Plans of many clusters as a comment in Markdown. The first line tells programs which targets it is about, so that a later
 * run replaces it, and the digest.
 */
export function targetsMarkdown(flags: FileFlags, { digest, notes }: Together): TargetsWriter {
  return async function* ({ totals, missing, records }) {
    const counts = countsIn(totals.found);
    const changes = counts.differing === 0 ? "no changes" : effectsText(counts);
    const news: TargetRecord[] = [];
    let beyond = 0;
    let others = 0;
    for await (const record of records()) {
      if (!hasNews(record)) others += 1;
      else if (news.length < ROOM.targets) news.push(record);
      else beyond += 1;
    }
    yield TextBlock.of([
      md`<!-- irsa-plan ${markOf(flags)} ${digest()} -->`,
      md`### irsa plan: ${counted(counts.clusters, "cluster")} — ${changes}`,
      md``,
      md`${totalsText(totals)}. Digest: ${digest().slice(0, SHORT_DIGEST)}.`,
      ...tableOf(news),
      ...moreLines(beyond, "with changes or something missing, which irsa plan shows"),
      ...moreLines(news.length > 0 ? others : 0, "without changes"),
      ...missing.slice(0, ROOM.missing).flatMap(missingLines),
      ...moreLines(missing.length - ROOM.missing, "missing"),
      ...notesList(notes()),
      ...plansOf(news),
    ]);
  };
}

/** The same for every run over these targets. */
function markOf({ targets, organization, ou, allClusters, clusterTag, region, filename }: FileFlags): string {
  const asked = { targets, organization, ou, allClusters, clusterTag, region, filename };
  return `targets-${digestOf(asked).slice(0, 8)}`;
}

function hasNews({ missing, shown = [] }: TargetRecord): boolean {
  return missing.length > 0 || shown.length > 0;
}

function tableOf(records: readonly TargetRecord[]): readonly Markdown[] {
  if (records.length === 0) return [];
  return [
    md``,
    md`| Target | AWS account | Plan |`,
    md`|---|---|---|`,
    ...records.map(({ name, awsAccount, result, missing }) => {
      const plan =
        result === null ? (missing[0]?.error.message ?? "") : planFound(countsIn(result["summary"]));
      return md`| ${name} | ${awsAccount} | ${plan} |`;
    }),
  ];
}

function moreLines(count: number, what: string): readonly Markdown[] {
  return count > 0 ? [md``, md`… and ${String(count)} more ${what}`] : [];
}

function missingLines(part: MissingPart): readonly Markdown[] {
  const { target, awsAccount, region, cluster, error } = part;
  const where = region === null && cluster === null ? "" : `, ${placeOf(part)}`;
  return [md``, md`**Missing:** ${titleOf(target, awsAccount)}${where}: ${error.message}`];
}

/** Several AWS accounts may be called the same. */
function titleOf(name: string, awsAccount: string): string {
  return name === awsAccount ? name : `${name}, AWS account ${awsAccount}`;
}

/** The plans of a target's clusters, folded; a target gets what room those before it leave. */
function plansOf(records: readonly TargetRecord[]): readonly Markdown[] {
  let room = ROOM.plans;
  return records.flatMap(({ name, awsAccount, shown = [] }) => {
    if (shown.length === 0) return [];
    const lines = shown.map((text) => text.replace(/^ {6}/, ""));
    const fitted = fitting(lines, Math.max(0, room), "which irsa plan shows");
    room -= lines.reduce((all, { length }) => all + length + 1, 0);
    return folded(md`${titleOf(name, awsAccount)}`, fitted, "diff");
  });
}
