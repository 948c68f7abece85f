import type { RoleArn } from "../../model/arn.ts";
import type { ClusterWithIssuer } from "../../model/cluster.ts";
import { OUR_NAME, TAG, type Origin } from "../../model/ownership-tags.ts";
import type { PodIdentityAssociation } from "../../model/pod-identity.ts";
import { isComputedFor } from "../../model/role-name.ts";
import type { ServiceAccountRef } from "../../model/service-account-ref.ts";

/**
 * Whether irsa created or adopted an association: its tags say so, and its role confirms it, which is irsa's for the
 * ServiceAccount or has the name that irsa computes. Tags alone are anybody's to set who may tag.
 * @param owned the ServiceAccount's role, where it is irsa's
 */
export function associationOrigin(
  { tags, roleArn }: Pick<PodIdentityAssociation, "tags" | "roleArn">,
  serviceAccount: ServiceAccountRef,
  cluster: ClusterWithIssuer,
  owned: RoleArn | undefined,
): Origin | undefined {
  const isTagged =
    tags[TAG.managedBy] === OUR_NAME &&
    tags[TAG.clusterArn] === cluster.arn &&
    tags[TAG.namespace] === serviceAccount.namespace &&
    tags[TAG.serviceAccount] === serviceAccount.name;
  const name = roleArn.slice(roleArn.lastIndexOf("/") + 1);
  const isConfirmed = owned === roleArn || isComputedFor(name, cluster, serviceAccount);
  if (!isTagged || !isConfirmed) return undefined;
  return tags[TAG.origin] === "created" ? "created" : "adopted";
}
