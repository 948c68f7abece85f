import { awsWords } from "../../model/aws-words.ts";
import { Failure, type FailureDetail } from "../../model/failure.ts";
import type { Role } from "../../model/iam-objects.ts";
import { OUR_NAME, TAG } from "../../model/ownership-tags.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../../model/service-account-ref.ts";
import { EKSCTL_CLUSTER_TAG, eksctlTagsAgainst } from "../role/eksctl-tags.ts";
import { expectOneClaim, ownershipOf } from "../role/ownership.ts";
import type { DesiredAdoption, ObservedAdoption } from "./observe.ts";

/**
 * Stops where the operator named another role than the one that the ServiceAccount has.
 * @throws Failure `no-role`
 */
export function expectMeant({ serviceAccount, roleName }: DesiredAdoption, { name, arn }: Role): void {
  if (roleName === undefined || roleName === name) return;
  const path = serviceAccountPath(serviceAccount);
  throw new Failure("refused", "no-role", `the role of ${path} is '${name}', not '${roleName}'`, {
    facts: [["role", arn]],
  });
}

/**
 * Stops where irsa's or eksctl's tags give the role to another ServiceAccount or cluster.
 * @throws Failure `two-roles`, `role-of-another`
 */
export function expectUnclaimed(ref: ServiceAccountRef, role: Role, observed: ObservedAdoption): void {
  const { cluster, computed } = observed;
  expectOneClaim([role, computed], cluster, ref);
  const ownership = ownershipOf(role, cluster, ref);
  if (ownership.kind === "ours" || ownership.tagged) return;
  const claims = claimsOn(role, ref, observed);
  if (claims.length > 0) throw anothers(role, ref, claims);
}

/** True if the role is not irsa's for the ServiceAccount, and the one of the computed name is. */
export function isOursBeside(
  ref: ServiceAccountRef,
  role: Role,
  observed: ObservedAdoption,
): observed is ObservedAdoption & { readonly computed: Role } {
  const { cluster, computed } = observed;
  const ownership = ownershipOf(role, cluster, ref);
  if (ownership.kind === "ours" || ownership.tagged) return false;
  return computed !== undefined && ownershipOf(computed, cluster, ref).kind === "ours";
}

function claimsOn(
  { tags }: Role,
  ref: ServiceAccountRef,
  { cluster }: ObservedAdoption,
): readonly (readonly [string, string])[] {
  if (tags[TAG.managedBy] !== OUR_NAME) return eksctlTagsAgainst(tags, cluster, ref);
  return [
    ["irsa's for", `${tags[TAG.namespace] ?? ""}/${tags[TAG.serviceAccount] ?? ""}`],
    ["of", tags[TAG.clusterArn] ?? ""],
  ];
}

function anothers(
  role: Role,
  ref: ServiceAccountRef,
  claims: readonly (readonly [string, string])[],
): Failure {
  return new Failure(
    "refused",
    "role-of-another",
    `role '${role.name}' was created for a different ServiceAccount than ${serviceAccountPath(ref)} in this cluster`,
    {
      facts: [["role", role.arn], ...claims],
      ...wayOut(role, ref, claims),
    },
  );
}

type WayOut = Pick<FailureDetail, "advice" | "command">;

/** What can be done about a role that speaks of another ServiceAccount or cluster. */
function wayOut(role: Role, ref: ServiceAccountRef, claims: readonly (readonly [string, string])[]): WayOut {
  if (sharedByMove(role, ref)) {
    return {
      advice:
        "The ServiceAccount can already use it. Ownership moves when the other cluster's issuer is removed: irsa migrate-trust --replace",
    };
  }
  const isOfCluster = claims.every(([, claim]) => claim === role.tags[EKSCTL_CLUSTER_TAG]);
  if (!isOfCluster)
    return { advice: "Create a separate role for the ServiceAccount: irsa create-sa with --role-name" };
  return {
    advice:
      "Adopt it in that cluster. If that cluster no longer exists, or the role trusts this one instead, remove eksctl's tag:",
    command: awsWords(["iam", "untag-role"], { RoleName: role.name, TagKeys: EKSCTL_CLUSTER_TAG }),
  };
}

/** A role of irsa's for the very ServiceAccount on another cluster, as a move of trust leaves it at first. */
function sharedByMove({ tags }: Role, { namespace, name }: ServiceAccountRef): boolean {
  return (
    tags[TAG.managedBy] === OUR_NAME && tags[TAG.namespace] === namespace && tags[TAG.serviceAccount] === name
  );
}
