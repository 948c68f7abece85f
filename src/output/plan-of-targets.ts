import { counted } from "../model/counted.ts";
import { SHORT_DIGEST, type Plan } from "../model/plan.ts";
import { isJsonObject, type JsonObject } from "../model/target-record.ts";
import { numberIn, objectsIn } from "./json-parts.ts";
import { line, stylesOf, toLine, type Line, type Piece, type Styles } from "./line.ts";
import { noteLines } from "./plan-text.ts";

/** What is counted of the plans of a target's clusters. */
export const PLAN_COUNTS = [
  "clusters",
  // Clusters whose plan has changes.
  "differing",
  // Clusters that no file is for.
  "withoutFile",
  "serviceAccounts",
  "failed",
  "create",
  "change",
  "remove",
] as const;

/** The counts by their names. */
export type PlanCounts = Readonly<Record<(typeof PLAN_COUNTS)[number], number>>;

/** The counts in a summary that was put aside. */
export function countsIn(summary: unknown): PlanCounts {
  const numberOf = (name: keyof PlanCounts): number => (isJsonObject(summary) ? numberIn(summary[name]) : 0);
  return {
    clusters: numberOf("clusters"),
    differing: numberOf("differing"),
    withoutFile: numberOf("withoutFile"),
    serviceAccounts: numberOf("serviceAccounts"),
    failed: numberOf("failed"),
    create: numberOf("create"),
    change: numberOf("change"),
    remove: numberOf("remove"),
  };
}

/** The counts of a target's clusters. @param result with the plans of `clusters` */
export function countPlans(result: JsonObject, withoutFile: number): PlanCounts {
  const clusters = objectsIn(result["clusters"]);
  const rows = clusters.flatMap(({ serviceAccounts }) => objectsIn(serviceAccounts));
  const summaries = clusters.flatMap(({ plan }) => (isJsonObject(plan) ? [countsIn(plan["summary"])] : []));
  const sum = (name: "create" | "change" | "remove"): number =>
    summaries.reduce((all, one) => all + one[name], 0);
  return {
    clusters: clusters.length,
    differing: summaries.filter(({ create, change, remove }) => create + change + remove > 0).length,
    withoutFile,
    serviceAccounts: rows.length,
    failed: rows.filter(({ state }) => state === "failed").length,
    create: sum("create"),
    change: sum("change"),
    remove: sum("remove"),
  };
}

/** What is planned in a target, or was done there, in a few words. */
export function planFound(counts: PlanCounts, isDone = false): string {
  const { clusters, withoutFile } = counts;
  return [
    clusters === 0 ? "nothing planned" : changesFound(counts, isDone),
    ...(withoutFile > 0 ? [`${counted(withoutFile, "cluster")} without a file`] : []),
  ].join(", ");
}

/** What plans change, or have changed, in a few words. */
export function changesFound(counts: PlanCounts, isDone: boolean): string {
  const { differing, failed } = counts;
  return [
    differing === 0 ? "no changes" : isDone ? doneText(counts) : effectsText(counts),
    ...(failed > 0 ? [`${failed} failed to plan`] : []),
  ].join(", ");
}

/** What a plan does. */
type Effects = Pick<PlanCounts, "create" | "change" | "remove">;

/** How much a plan does, in words. */
export function effectsText({ create, change, remove }: Effects): string {
  return `${create} to create, ${change} to change, ${remove} to delete`;
}

/** The last line of many plans, with the digest of all of them. @param among in how many places something changes, as "1 of 2 clusters" */
export function plansLine(counts: PlanCounts, among: string, digest: string, color: Styles): Line {
  const shown = counts.differing === 0 ? "" : line`     digest ${color.bold(digest.slice(0, SHORT_DIGEST))}`;
  return line`  Plan: ${effectsText(counts)}, in ${among}.${shown}`;
}

/** The last line of plans that were applied. */
export function appliedLine(counts: Effects, among: string): Line {
  return line`  Applied: ${doneText(counts)}, in ${among}.`;
}

function doneText({ create, change, remove }: Effects): string {
  return `${create} created, ${change} changed, ${remove} deleted`;
}

/**
 * A plan below its target: nothing where nothing differs and nothing is to be said.
 * @param heading the line above it, if there is one
 * @param lines of the plan, whose last one is its totals with a digest of its own, which approves nothing here
 */
export function placedPlanLines(
  heading: string | undefined,
  { changes, notes }: Plan,
  lines: readonly Piece[],
  hasFailed: boolean,
): string[] {
  const plain = stylesOf(0);
  const shown = changes.length === 0 ? lines : lines.slice(0, -1);
  const own = changes.length === 0 && !hasFailed ? [] : shown;
  const all = [...own, ...noteLines(notes, plain)].map((one) => String(toLine(one)));
  if (all.length === 0) return [];
  return [
    ...(heading === undefined ? [] : [`      ${heading}`]),
    ...all.filter((text) => text !== "").map((text) => `      ${text}`),
  ];
}
