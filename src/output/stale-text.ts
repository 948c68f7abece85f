import { counted } from "../model/counted.ts";
import { line, type Piece, type Styles } from "./line.ts";
import { problemText } from "../workload/problem-text.ts";
import type { StaleGroup } from "../workload/find-stale.ts";
import { serviceAccountJson, workloadJsonOf } from "./json-forms.ts";
import { aligned } from "./columns.ts";

/** Stale pods as text: a line for each workload, and below it what is wrong with its pods. */
export function staleLines(groups: readonly StaleGroup[], color: Styles): Piece[] {
  if (groups.length === 0) return ["  No stale pods."];
  const rows = groups.map((group) => [nameOf(group), textOf(group, color)] as const);
  const pods = groups.reduce((sum, group) => sum + group.pods.length, 0);
  const restartable = groups.filter(({ restart }) => restart !== undefined).length;
  return [
    ...aligned(rows),
    "",
    `  ${counted(pods, "pod")} of ${counted(groups.length, "workload")}; a restart fixes ${restartable} of them`,
  ];
}

function nameOf({ serviceAccount, workload, pods }: StaleGroup): string {
  return `${serviceAccount.namespace}/${workload ?? `pod/${pods[0] ?? ""}`}`;
}

function textOf({ serviceAccount, pods, problems, restart }: StaleGroup, color: Styles): Piece[] {
  const head = `${counted(pods.length, "pod")}, ServiceAccount ${serviceAccount.name}`;
  const remark = restart === undefined ? color.yellow("   (a restart alone does not fix it)") : "";
  return [line`${head}${remark}`, ...problems.map(problemText)];
}

/** The same as `result` of the answer in JSON (docs/json.md). */
export function staleResult(groups: readonly StaleGroup[]): object {
  return {
    stale: groups.map(({ serviceAccount, workload, pods, problems, restart }) => ({
      serviceAccount: serviceAccountJson(serviceAccount),
      workload: workload === undefined ? null : workloadJsonOf(workload, serviceAccount.namespace),
      pods,
      problems: problems.map((problem) => ({ ...problem, message: problemText(problem) })),
      restartable: restart !== undefined,
    })),
  };
}
