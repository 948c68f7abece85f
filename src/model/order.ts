import { targetOf, type Change } from "./change.ts";
import { serviceAccountPath } from "./service-account-ref.ts";

/**
 * The changes that must be done before the one at `index`, by index. Changes that bear on each other keep the plan's
 * order, all others are free to run side by side. What is built up is planned as provider, role, what hangs on it,
 * ServiceAccount: no pod starts with half of it, and a role's marks stand before what they mark. What is taken down is
 * planned the other way round: no pod gets a role that is going, and a mark falls after what it marks. A stack goes
 * after all that is planned before it for its role.
 */
export function prerequisites(changes: readonly Change[], index: number): number[] {
  const change = changes[index];
  if (change === undefined) return [];
  return changes.slice(0, index).flatMap((other, i) => (bearOnEachOther(other, change) ? [i] : []));
}

/** What builds on what: each layer on those before it. */
const LAYERS = [
  "provider",
  "role",
  "stack",
  "attachment",
  "namespace",
  "service-account",
  "workload",
] as const;

type Layer = (typeof LAYERS)[number];

function bearOnEachOther(one: Change, other: Change): boolean {
  const [lower, upper] = height(one) <= height(other) ? [one, other] : [other, one];
  const below = layerOf(lower);
  switch (layerOf(upper)) {
    case "provider":
      return false;
    case "role":
      return below === "provider" || targetOf(lower) === targetOf(upper);
    case "stack":
      return targetOf(lower) === targetOf(upper) || isOf(upper, lower);
    case "attachment":
      if (below === "provider") return true;
      if (targetOf(lower) !== targetOf(upper)) return false;
      return below === "role" || gives(lower) !== gives(upper);
    case "namespace":
      return below === "provider" || (below === "role" && isOf(upper, lower));
    case "service-account":
      if (below === "namespace") return targetOf(upper).startsWith(`${serviceAccountsOf(lower)}/`);
      return below === "provider" || isOf(upper, lower) || (below === "stack" && isOfOneRole(upper, lower));
    case "workload":
      return runsWith(upper, lower);
  }
}

/** True if the workload's pods are to run with that ServiceAccount. */
function runsWith(upper: Change, lower: Change): boolean {
  if (upper.kind !== "bind-workload" && upper.kind !== "restart-workload") return false;
  return targetOf(lower) === `account:${serviceAccountPath(upper.serviceAccount)}`;
}

/** True if the ServiceAccount or namespace is changed for the sake of that role. */
function isOf(upper: Change, lower: Change): boolean {
  return "role" in upper && upper.role !== undefined && targetOf(lower) === `role:${upper.role}`;
}

function isOfOneRole(one: Change, other: Change): boolean {
  return "role" in one && "role" in other && one.role !== undefined && one.role === other.role;
}

function height(change: Change): number {
  return LAYERS.indexOf(layerOf(change));
}

function layerOf(change: Change): Layer {
  switch (change.kind) {
    case "create-provider":
    case "edit-provider":
    case "delete-provider":
      return "provider";
    case "create-role":
    case "edit-role":
    case "delete-role":
    case "confirm-release":
      return "role";
    case "retain-stack":
    case "delete-stack":
      return "stack";
    case "attach-policy":
    case "detach-policy":
    case "put-inline-policy":
    case "delete-inline-policy":
    case "leave-instance-profile":
      return "attachment";
    case "create-namespace":
      return "namespace";
    case "create-service-account":
    case "edit-service-account":
    case "delete-service-account":
      return "service-account";
    case "bind-workload":
    case "restart-workload":
      return "workload";
  }
}

/** A role's quota decides whether it may first be given or must first be taken from. */
function gives({ kind }: Change): boolean {
  return kind === "attach-policy" || kind === "put-inline-policy";
}

/** How the targets of a namespace's ServiceAccounts begin. */
function serviceAccountsOf(namespace: Change): string {
  return targetOf(namespace).replace("namespace:", "account:");
}
