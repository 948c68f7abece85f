import type { IamPort } from "../aws/port.ts";
import { clusterRef, parseClusterArn, roleRef, type ClusterArn, type RoleArn } from "../model/arn.ts";
import type { ClusterWithIssuer } from "../model/cluster.ts";
import type { Tags } from "../model/iam-objects.ts";
import { TAG, taggedServiceAccount } from "../model/ownership-tags.ts";
import { isComputedFor } from "../model/role-name.ts";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";
import { ownedRole } from "../service-account/role/ownership.ts";

/** Whose role irsa manages: `update-sa` of it changes this role. */
export interface ManagedFor {
  readonly serviceAccount: ServiceAccountRef;
  readonly cluster: ClusterArn;
}

/** A ServiceAccount that was asked for, and its cluster. */
export interface AskedFor {
  readonly serviceAccount: ServiceAccountRef;
  readonly cluster: ClusterWithIssuer;
}

/**
 * The ServiceAccount for which irsa manages the role. Tags alone don't say so: whoever may tag could have what a role may do
 * written to a role of theirs. Of a role that was asked for by its name, no trust policy is read: its name must say so.
 */
export async function managerOf(
  role: RoleArn,
  tags: Tags,
  asked: AskedFor | undefined,
  iam: Pick<IamPort, "getRole">,
): Promise<ManagedFor | undefined> {
  const serviceAccount = taggedServiceAccount({ tags });
  if (serviceAccount === undefined) return undefined;
  const { name } = roleRef(role);
  if (asked !== undefined) {
    const found = await iam.getRole(name);
    const isOwned = found && ownedRole(found, asked.cluster, asked.serviceAccount) !== undefined;
    return isOwned ? { serviceAccount: asked.serviceAccount, cluster: asked.cluster.arn } : undefined;
  }
  const cluster = parseClusterArn(tags[TAG.clusterArn] ?? "");
  return cluster.ok && isComputedFor(name, clusterRef(cluster.value), serviceAccount)
    ? { serviceAccount, cluster: cluster.value }
    : undefined;
}
