import { counted } from "../../model/counted.ts";
import { EXIT_CODES } from "../../model/failure.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../../model/service-account-ref.ts";
import type { AdoptionPlan } from "../../service-account/adopt/plan.ts";
import { roleOf, type PlannedServiceAccount } from "../../service-account/fleet/plan.ts";
import { camelCase } from "../../output/camel-case.ts";
import { errorJson, proofJson, serviceAccountJson } from "../../output/json-forms.ts";
import type { ProofReport } from "../shared/proof/prove-service-account.ts";
import type { ServiceAccountProof } from "../shared/proof/prove-service-accounts.ts";
import { rowState } from "../shared/plan/row-state.ts";
import type { Outcome } from "../shared/plan/show-and-apply.ts";
import type { Report } from "../shared/plan/run-plan-command.ts";

/** What is compared once a stack is deleted. */
const AS_IT_WAS = "Trust policy, attached and inline policies and boundary";

/** How the adoption of one ServiceAccount ends. */
export function oneReport(
  serviceAccount: ServiceAccountRef,
  plan: AdoptionPlan,
  { state }: Outcome,
  proof: ProofReport | null,
): Report {
  const path = serviceAccountPath(serviceAccount);
  const ready = proof?.state === "accepted" ? ["  STS accepts its token."] : [];
  const stack =
    plan.stack === undefined
      ? []
      : [`  Stack ${plan.stack} was deleted.`, `  ${AS_IT_WAS} of the role are unchanged.`];
  return {
    result: {
      serviceAccounts: [
        { ...jsonOf(serviceAccount, plan, state), ...(proof !== null && { proof: proofJson(proof) }) },
      ],
    },
    lines:
      state === "done"
        ? ["", `  Adopted: ${path} with ${plan.role}.`, ...stack, ...ready]
        : [`  Nothing to do. ${path} and its role are already managed by irsa.`, ...ready],
    ...(proof !== null && { exitCode: proof.exitCode }),
  };
}

/** How the adoption of many ServiceAccounts ends. @param demanded `--wait` was typed: a proof that can't be made is a failure */
export function fleetReport(
  rows: readonly PlannedServiceAccount[],
  { state }: Outcome,
  proofs: readonly ServiceAccountProof[],
  demanded: boolean,
): Report {
  const failed = rows.filter((row) => row.state === "failed");
  const unproved = proofs.filter(
    ({ accepted, proof }) => !accepted && (demanded || proof.state === "refused"),
  );
  const [first] = failed;
  const open = failed.length + unproved.length;
  const reasons = [
    ...(failed.length > 0 ? [`${failed.length} failed to plan`] : []),
    ...(unproved.length > 0 ? [`${unproved.length} not verified`] : []),
  ];
  const bad = `${rows.length - open} of ${counted(rows.length, "ServiceAccount")} ${rows.length === 1 ? "is" : "are"} managed by irsa; ${reasons.join(", ")}.`;
  const well = `${state === "done" ? "" : "Nothing to do. "}${wellOf(rows.length)}`;
  return {
    result: { serviceAccounts: rows.map((row) => rowJson(row, proofs, state)) },
    lines: [...(state === "done" ? [""] : []), `  ${open > 0 ? bad : well}`, ...stackLines(rows, state)],
    ...(open > 0 && { exitCode: EXIT_CODES[first?.failure.kind ?? "failed"] }),
  };
}

function stackLines(rows: readonly PlannedServiceAccount[], state: Outcome["state"]): string[] {
  const stacks = rows.flatMap((row) => (row.state === "adopted" ? (row.plan.stack ?? []) : []));
  if (state !== "done" || stacks.length === 0) return [];
  const gone = stacks.length === 1 ? `Stack ${stacks[0]} was` : `${stacks.length} stacks were`;
  return [`  ${gone} deleted. ${AS_IT_WAS} of each role are unchanged.`];
}

function wellOf(count: number): string {
  if (count === 0) return "No ServiceAccount in the cluster has a role created by eksctl.";
  return count === 1
    ? "The ServiceAccount is managed by irsa."
    : `All ${count} ServiceAccounts are managed by irsa.`;
}

function rowJson(
  row: PlannedServiceAccount,
  proofs: readonly ServiceAccountProof[],
  outcome: Outcome["state"],
): object {
  if (row.state === "failed") {
    return {
      serviceAccount: serviceAccountJson(row.serviceAccount),
      state: "failed",
      role: roleOf(row) ?? null,
      error: errorJson(row.failure),
    };
  }
  if (row.state !== "adopted") throw new TypeError(`not an adoption: ${row.state}`);
  const proof = proofs.find(({ serviceAccount }) => serviceAccount === row.serviceAccount);
  return {
    ...jsonOf(row.serviceAccount, row.plan, outcome),
    ...(proof !== undefined && { proof: proofJson(proof.proof) }),
  };
}

function jsonOf(serviceAccount: ServiceAccountRef, plan: AdoptionPlan, outcome: Outcome["state"]): object {
  const { role, way, audience, stack } = plan;
  return {
    serviceAccount: serviceAccountJson(serviceAccount),
    state: rowState(plan, outcome) === "differs" ? "differs" : "adopted",
    way: camelCase(way),
    role,
    audience,
    stack: stack ?? null,
  };
}
