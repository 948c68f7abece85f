import { counted } from "../../model/counted.ts";
import { EXIT_CODES } from "../../model/failure.ts";
import { camelCase } from "../../output/camel-case.ts";
import { errorJson, proofJson, serviceAccountJson } from "../../output/json-forms.ts";
import { commandLine } from "../../output/command-text.ts";
import type { CommandWords } from "../../model/command-words.ts";
import { changesOf, roleOf, type PlannedServiceAccount } from "../../service-account/fleet/plan.ts";
import type { FileFlags } from "./flags.ts";
import { coversTargets, targetsWords } from "../shared/targets/options.ts";
import { fateState, rowState } from "../shared/plan/row-state.ts";
import type { Outcome } from "../shared/plan/show-and-apply.ts";
import type { ServiceAccountProof } from "../shared/proof/prove-service-accounts.ts";
import type { Report } from "../shared/plan/run-plan-command.ts";

type Proofs = readonly ServiceAccountProof[];

/** How a run over a file ends: the last lines, the JSON answer, the exit code. */
export function fileReport(
  name: string,
  rows: readonly PlannedServiceAccount[],
  { state }: Outcome,
  flags: FileFlags,
  proofs: Proofs,
): Report {
  const failed = rows.filter((row) => row.state === "failed");
  const pruned = rows.filter(({ state: one }) => one === "pruned").length;
  const asked = rows.length - pruned;
  const unproved = proofs.filter(({ accepted }) => !accepted);
  const drift = rows.some(isDrift);
  const open = failed.length + unproved.length;
  const [first] = failed;
  const code =
    open > 0
      ? EXIT_CODES[first?.failure.kind ?? "failed"]
      : flags.detectDrift === true && drift
        ? EXIT_CODES.findings
        : undefined;
  const well = `${state === "done" ? "" : "Nothing to do. "}${wellOf(asked)}`;
  const bad = `${asked - open} of ${counted(asked, "ServiceAccount")} ${asked === 1 ? "is" : "are"} up to date; ${failed.length} failed to plan${unproved.length > 0 ? `, ${unproved.length} not verified` : ""}.`;
  return {
    result: { serviceAccounts: rows.map((row) => jsonOf(row, proofs, state)) },
    lines: [
      ...(state === "done" ? [""] : []),
      `  ${open > 0 ? bad : well}${pruned > 0 ? ` ${pruned} deleted.` : ""}`,
    ],
    ...(name === "plan" && {
      plannedLines: ["  No changes made. To apply:", commandLine(applyWords(flags))],
    }),
    ...(unproved.length > 0 && { isUnverified: true }),
    ...(code !== undefined && { exitCode: code }),
  };
}

/** The command that applies a plan. */
export function applyWords(flags: FileFlags): CommandWords {
  const lists = { "-f": flags.filename, "--include": flags.include ?? [], "--exclude": flags.exclude ?? [] };
  const region = coversTargets(flags) ? flags.region : undefined;
  const values = {
    "--way": flags.way,
    "--set": flags.set,
    "--prune-max": flags.pruneMax,
    "--role-prefix": flags.rolePrefix,
    "--role-path": flags.rolePath,
    "--region": region,
    "--profile": flags.profile,
    "--kubeconfig": flags.kubeconfig,
    "--context": flags.context,
  };
  const switches = {
    "--only-missing": flags.onlyMissing,
    "--prune": flags.prune,
    "--override-existing-serviceaccounts": flags.overrideExistingServiceaccounts,
    "--leave-existing": flags.leaveExisting,
    "--associate-oidc": flags.associateOidc,
    "--allow-default-service-account": flags.allowDefaultServiceAccount,
    "--allow-administrator-policy": flags.allowAdministratorPolicy,
    "--override-engine": flags.overrideEngine,
  };
  return [
    "irsa",
    "apply",
    ...Object.entries(lists).flatMap(([flag, all]) => all.flatMap((one) => [flag, one])),
    ...Object.entries(values).flatMap(([flag, value]) => (value === undefined ? [] : [flag, value])),
    ...Object.entries(switches).flatMap(([flag, isOn]) => (isOn === true ? [flag] : [])),
    ...targetsWords(flags),
    "--approve",
  ];
}

function wellOf(count: number): string {
  if (count === 0) return "The files define no ServiceAccounts.";
  return count === 1 ? "The ServiceAccount is up to date." : `All ${count} ServiceAccounts are up to date.`;
}

/** What a role or an association keeps although the file does not name it. */
const BEYOND: ReadonlySet<string> = new Set(["attached-beyond", "inline-beyond", "association-beyond"]);

/** There is something to do, or something is attached that the file does not name. */
function isDrift(row: PlannedServiceAccount): boolean {
  if (changesOf(row).length > 0) return true;
  return row.state === "planned" && row.plan.notes.some(({ code }) => BEYOND.has(code));
}

function jsonOf(row: PlannedServiceAccount, proofs: Proofs, outcome: Outcome["state"]): object {
  const serviceAccount = serviceAccountJson(row.serviceAccount);
  if (row.state === "failed") {
    const error = errorJson(row.failure);
    return { serviceAccount, state: "failed", role: roleOf(row) ?? null, error };
  }
  if (row.state === "pruned") {
    const { role, serviceAccountFate } = row.removal;
    return {
      serviceAccount,
      state: outcome === "planned" ? "prune" : "pruned",
      serviceAccountFate: fateState(serviceAccountFate, outcome),
      role: role.arn ?? null,
      roleFate: fateState(role.fate, outcome),
    };
  }
  const proof = proofs.find(({ serviceAccount }) => serviceAccount === row.serviceAccount);
  return {
    serviceAccount,
    state: rowState(row.plan, outcome),
    way: camelCase(row.plan.way),
    role: row.plan.role,
    audience: row.plan.audience,
    ...(proof !== undefined && { proof: proofJson(proof.proof, row.plan.way) }),
  };
}
