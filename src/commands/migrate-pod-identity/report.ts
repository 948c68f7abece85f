import { counted } from "../../model/counted.ts";
import { EXIT_CODES } from "../../model/failure.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../../model/service-account-ref.ts";
import { camelCase } from "../../output/camel-case.ts";
import { formerWay, wayLabel } from "../../model/way.ts";
import { commandLine } from "../../output/command-text.ts";
import { errorJson, serviceAccountJson } from "../../output/json-forms.ts";
import type { Piece } from "../../output/line.ts";
import type { MigrationRow, PlannedMigration, Reach, WayProof } from "../../pod-identity-migration/row.ts";
import { rowState } from "../shared/plan/row-state.ts";
import type { Report } from "../shared/plan/run-plan-command.ts";
import type { Outcome } from "../shared/plan/show-and-apply.ts";

/** What was asked for, to say how to go on. */
export interface Asked {
  readonly names: readonly ServiceAccountRef[] | "all";
  readonly clusterFlags: readonly string[];
}

/** How a migration ends: the last lines, the JSON answer, the exit code. */
export function migrationReport(
  rows: readonly MigrationRow[],
  reach: Reach,
  asked: Asked,
  { state }: Outcome,
): Report {
  const failed = rows.filter((row) => row.state === "failed");
  const planned = rows.filter((row) => row.state === "planned");
  const [first] = failed;
  const lines = [
    ...summary(planned, reach),
    ...(failed.length > 0 ? [`  ${failed.length} left unchanged.`] : []),
  ];
  return {
    result: {
      goal: camelCase(reach.goal),
      serviceAccounts: rows.map((row) => rowJson(row, state)),
    },
    lines: [
      ...(state === "done" ? [""] : []),
      ...(rows.length === 0 ? ["  Nothing to do. No ServiceAccount has a role."] : lines),
    ],
    ...(state !== "planned" && { hints: nextHints(planned, reach, asked) }),
    ...(first !== undefined && { exitCode: EXIT_CODES[first.failure.kind] }),
  };
}

function summary(rows: readonly PlannedMigration[], { goal }: Reach): readonly string[] {
  const way = wayLabel(goal);
  const count = (next: PlannedMigration["next"]): number => rows.filter((row) => row.next === next).length;
  const texts = [
    [count("done"), `migrated to ${way}`],
    [count("finish"), `on ${way}, with ${wayLabel(formerWay(goal))} still in place`],
    [count("restart"), "with pods that must restart"],
    [count("wait"), "waiting for something else"],
  ] as const;
  return texts.flatMap(([number, text]) =>
    number === 0 ? [] : [`  ${counted(number, "ServiceAccount")} ${text}.`],
  );
}

/** The commands of the next steps. */
function nextHints(
  rows: readonly PlannedMigration[],
  { goal }: Reach,
  { names, clusterFlags }: Asked,
): readonly Piece[] {
  const whom = names === "all" ? ["--all"] : names.map(serviceAccountPath);
  const former = wayLabel(formerWay(goal));
  const base = ["migrate-pod-identity", ...whom, ...clusterFlags, ...(goal === "irsa" ? ["--back"] : [])];
  return [
    ...(rows.some(({ next }) => next === "restart")
      ? [
          `  To restart the workloads whose pods still use ${former}:`,
          commandLine(["irsa", ...base, "--restart"]),
        ]
      : []),
    ...(rows.some(({ next }) => next === "finish")
      ? [`  To remove ${former} once no pod uses it:`, commandLine(["irsa", ...base, "--finish"])]
      : []),
  ];
}

const NEXT = { restart: "restart", finish: "finish", wait: "wait", done: null } as const;

function rowJson(row: MigrationRow, outcome: Outcome["state"]): object {
  const serviceAccount = serviceAccountJson(row.serviceAccount);
  if (row.state === "failed") return { serviceAccount, state: "failed", error: errorJson(row.failure) };
  const { role, pods, next, waitsFor, proof } = row;
  return {
    serviceAccount,
    state: rowState(row, outcome),
    role: role ?? null,
    pods: { irsa: pods.irsa, podIdentity: pods["pod-identity"] },
    next: NEXT[next],
    waitsFor: waitsFor ?? null,
    exchange: proof === undefined ? null : exchangeJson(proof),
  };
}

function exchangeJson(proof: WayProof): object {
  return { state: camelCase(proof.state), reason: proof.state === "not-tried" ? proof.reason : null };
}
