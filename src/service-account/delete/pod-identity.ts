import { present } from "../../model/present.ts";
import type { Change } from "../../model/change.ts";
import { valueOf } from "../../model/known.ts";
import { podIdentityDigest } from "../../model/observed-digest.ts";
import { OUR_NAME, TAG } from "../../model/ownership-tags.ts";
import type { Note } from "../../model/plan.ts";
import type { PodIdentityAssociation } from "../../model/pod-identity.ts";
import { serviceAccountPath } from "../../model/service-account-ref.ts";
import { PODS_SERVICE } from "../../model/trust-policy/pod-identity-request.ts";
import type { CurrentRole } from "../role/current-role.ts";
import type { ServiceAccountState } from "../service-account/state.ts";
import { associationOrigin } from "../way/association-origin.ts";
import type { DesiredRemoval, Fate } from "./desired.ts";

/** The association's share of a removal. */
export interface AssociationRemoval {
  readonly changes: readonly Change[];
  readonly notes: readonly Note[];
  readonly arn: string | undefined;
  readonly fate: Fate;
}

/**
 * What is done with the Pod Identity association. One that irsa created is deleted, before its role is; so is an adopted
 * one whose role is deleted, else it loses irsa's tags. Any other is kept. Its role confirms what its tags say where it is
 * irsa's, or where the operator named it.
 * @throws Failure where it can't be read, and the role is one that an association may give: it must not be left behind
 */
export function associationRemoval(
  { roleName }: Pick<DesiredRemoval, "roleName">,
  state: ServiceAccountState,
  current: CurrentRole | undefined,
  roleFate: Fate,
): AssociationRemoval {
  const { association: seen, cluster, ref } = state;
  const none = { changes: [], arn: undefined, fate: "absent" } as const;
  if (seen.state === "unknown") {
    if (current !== undefined && isForPods(current.role)) throw seen.failure;
    return { ...none, notes: [unread(state, seen.failure.message)] };
  }
  const found = valueOf(seen);
  if (found === undefined) return { ...none, notes: [] };
  const { arn } = found;
  const isConfirmed = current?.ownership.kind === "ours" || roleName !== undefined;
  const owned = isConfirmed ? current?.role.arn : undefined;
  const origin = found.ownerArn === undefined ? associationOrigin(found, ref, cluster, owned) : undefined;
  const losesRole = roleFate === "deleted" && current?.role.arn === found.roleArn;
  if (origin === undefined) return { changes: [], notes: [left(state, found, losesRole)], arn, fate: "kept" };
  const target = {
    cluster: cluster.arn,
    serviceAccount: ref,
    id: found.id,
    role: found.roleArn,
    observed: podIdentityDigest(found),
  };
  if (origin === "created" || losesRole) {
    const { targetRoleArn: targetRole } = found;
    const removal = { kind: "delete-pod-identity", ...target, ...present({ targetRole }) } as const;
    return { changes: [removal], notes: [], arn, fate: "deleted" };
  }
  const ours = new Set<string>(Object.values(TAG));
  const unsetTags = Object.keys(found.tags).filter((key) => ours.has(key));
  const release: Change = { kind: "update-pod-identity", ...target, arn, set: {}, unsetTags, before: found };
  return { changes: [release], notes: [], arn, fate: "released" };
}

function isForPods({ trust }: CurrentRole["role"]): boolean {
  return JSON.stringify(trust).includes(PODS_SERVICE);
}

function unread({ ref }: ServiceAccountState, why: string): Note {
  const message = `whether ${serviceAccountPath(ref)} has a Pod Identity association is unknown: ${why}`;
  return { level: "warning", code: "association-unread", message };
}

function left(
  { ref }: ServiceAccountState,
  { arn, ownerArn, tags, roleArn }: PodIdentityAssociation,
  losesRole: boolean,
): Note {
  const path = serviceAccountPath(ref);
  const why =
    ownerArn !== undefined
      ? `it is managed by ${ownerArn}`
      : tags[TAG.managedBy] === OUR_NAME
        ? `it has irsa's ownership tags, but its role is not one that irsa manages for this ServiceAccount; to delete it, name that role: --role-name ${roleArn.slice(roleArn.lastIndexOf("/") + 1)}`
        : "it is not managed by irsa";
  const role = losesRole ? ", but its role is deleted" : "";
  return {
    level: losesRole ? "warning" : "info",
    code: "association-stays",
    message: `the Pod Identity association of ${path} (${arn}) is kept${role}: ${why}`,
  };
}
