import type { ClusterRef } from "./arn.ts";
import { targetOf, type Change } from "./change.ts";
import { digestOf } from "./digest.ts";

/** Something the user should know before approving; `code` is stable, `message` is prose. */
export interface Note {
  readonly level: "warning" | "info";
  readonly code: string;
  readonly message: string;
}

/** What apply will do, in one run against one cluster, and what was noticed on the way. */
export interface Plan {
  readonly cluster: ClusterRef;
  readonly changes: readonly Change[];
  readonly notes: readonly Note[];
}

/**
 * The plan's digest, 64 hex characters: the same for the same changes to the same observed state, and for no other.
 * A ServiceAccount's resourceVersion is left out, since it moves with edits that don't matter here.
 */
export function planDigest(plan: Plan): string {
  return digestOf({ cluster: plan.cluster.arn, changes: plan.changes.map(withoutVersion) });
}

function withoutVersion(change: Change): object {
  if (change.kind !== "edit-account") return change;
  const { resourceVersion: _, ...rest } = change;
  return rest;
}

/** How much of the digest is shown and must at least be given to `--expect-plan`. */
export const SHORT_DIGEST = 8;

/** How many things (not API calls) a plan creates, changes and removes. */
export function countTargets(changes: readonly Change[]): { create: number; change: number; remove: number } {
  const created = new Set(changes.filter((change) => change.kind.startsWith("create-")).map(targetOf));
  const touched = new Set(changes.map(targetOf));
  return { create: created.size, change: touched.size - created.size, remove: 0 };
}

/**
 * The changes that must be done before the one at `index`, by index. The rules: an account is written when all of its
 * role is, so that no pod starts with half of it; the cluster is touched when IAM has said yes; a role's marks stand
 * before what they mark; a provider before the roles that trust it.
 */
export function prerequisites(changes: readonly Change[], index: number): number[] {
  const change = changes[index];
  if (change === undefined) return [];
  return changes.flatMap((other, i) => (i !== index && mustPrecede(other, change) ? [i] : []));
}

function mustPrecede(first: Change, then: Change): boolean {
  switch (then.kind) {
    case "create-provider":
    case "edit-provider":
      return false;
    case "create-role":
    case "edit-role":
      return isProviderChange(first);
    case "attach-policy":
    case "put-inline-policy":
      return isProviderChange(first) || (isRoleChange(first) && first.arn === then.role);
    case "create-namespace":
      return isProviderChange(first) || isRoleChange(first);
    case "create-account":
    case "edit-account":
      return first.kind === "create-namespace"
        ? first.namespace === then.account.namespace
        : isAwsChange(first);
  }
}

function isProviderChange(change: Change): boolean {
  return change.kind === "create-provider" || change.kind === "edit-provider";
}

function isRoleChange(change: Change): change is Extract<Change, { kind: "create-role" | "edit-role" }> {
  return change.kind === "create-role" || change.kind === "edit-role";
}

function isAwsChange(change: Change): boolean {
  return isProviderChange(change) || targetOf(change).startsWith("role:");
}
