import { roleRef } from "../model/arn.ts";
import type { ClusterWithIssuer } from "../model/cluster.ts";
import type { Role, Tags } from "../model/iam-objects.ts";
import { OUR_NAME, roleIsFor, TAG, type Origin } from "../model/marks.ts";
import { isComputedFor } from "../model/role-name.ts";
import { accountPath, type ServiceAccountRef } from "../model/service-account-ref.ts";
import { evaluateGrant, grantFor } from "./trust.ts";

/** Whose a role is, seen from one account of one cluster. */
export type Ownership =
  | { readonly kind: "ours"; readonly origin: Origin }
  /** `why` says what speaks against its being ours, as half a sentence; `marked`: its tags say that it is. */
  | { readonly kind: "foreign"; readonly marked: boolean; readonly why: string };

/**
 * Judges whose a role is. Tags can be forged by whoever may tag: a role is ours only where its tags name the account
 * and its name or its trust policy says so too. A role of ours whose origin can't be read counts as adopted: it stays.
 */
export function ownershipOf(
  role: Pick<Role, "arn" | "trust" | "tags">,
  cluster: ClusterWithIssuer,
  account: ServiceAccountRef,
  audience: string,
): Ownership {
  if (!roleIsFor(role, cluster, account)) return foreign(role, cluster);
  const named = isComputedFor(roleRef(role.arn).name, cluster, account);
  if (!named && evaluateGrant(role.trust, grantFor(cluster, account, audience)).verdict === "deny") {
    const why = `its tags name ${accountPath(account)}, but neither its name nor its trust policy does`;
    return { kind: "foreign", marked: true, why };
  }
  return { kind: "ours", origin: role.tags[TAG.origin] === "created" ? "created" : "adopted" };
}

function foreign({ tags }: Pick<Role, "tags">, cluster: ClusterWithIssuer): Ownership {
  return { kind: "foreign", marked: false, why: makerOf(tags, cluster) };
}

/** Who made a role, by its tags, as half a sentence. */
export function makerOf(tags: Tags, cluster: ClusterWithIssuer): string {
  if (tags[TAG.managedBy] === OUR_NAME) {
    const where = tags[TAG.clusterArn] === cluster.arn ? "" : ` of ${tags[TAG.clusterArn]}`;
    return `its tags say that it is irsa's for ${tags[TAG.namespace]}/${tags[TAG.account]}${where}`;
  }
  return isEksctls(tags) ? "eksctl made it" : "it has no tags of irsa";
}

/** True if the tags are those that eksctl gives. */
export function isEksctls(tags: Tags): boolean {
  return Object.keys(tags).some((key) => key.startsWith("alpha.eksctl.io/"));
}
