import type { ClusterWithIssuer } from "../../model/cluster.ts";
import type { Role } from "../../model/iam-objects.ts";
import { OUR_NAME, TAG } from "../../model/ownership-tags.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../../model/service-account-ref.ts";

/** The ServiceAccount that eksctl made a role or a stack for, by its tag, as `namespace/name`. */
export const EKSCTL_SERVICE_ACCOUNT_TAG = "alpha.eksctl.io/iamserviceaccount-name";
/** The same of a role for a Pod Identity association; of one that an add-on owns. Source: eksctl, pkg/apis (types.go). */
export const EKSCTL_ASSOCIATION_TAG = "alpha.eksctl.io/podidentityassociation-name";
const EKSCTL_ADDON_ASSOCIATION_TAG = "alpha.eksctl.io/addon-podidentityassociation-name";
/** The cluster, likewise. */
export const EKSCTL_CLUSTER_TAG = "alpha.eksctl.io/cluster-name";

/** What speaks in eksctl's tags against their being for this ServiceAccount of this cluster, as a fact; else nothing. */
export function eksctlTagsAgainst(
  tags: Readonly<Record<string, string>>,
  cluster: Pick<ClusterWithIssuer, "name">,
  serviceAccount: ServiceAccountRef,
): readonly (readonly [string, string])[] {
  const facts = [
    ["created for cluster", tags[EKSCTL_CLUSTER_TAG], cluster.name],
    ...[EKSCTL_SERVICE_ACCOUNT_TAG, EKSCTL_ASSOCIATION_TAG, EKSCTL_ADDON_ASSOCIATION_TAG].map(
      (key) => ["created for ServiceAccount", tags[key], serviceAccountPath(serviceAccount)] as const,
    ),
  ] as const;
  return facts.flatMap(([label, found, wanted]) =>
    found === undefined || found === wanted ? [] : [[label, found] as const],
  );
}

/** True if eksctl made the role for this very ServiceAccount of this cluster, by its tags, and irsa has not taken it over. */
export function isEksctlsFor(
  { tags }: Pick<Role, "tags">,
  cluster: Pick<ClusterWithIssuer, "name">,
  serviceAccount: ServiceAccountRef,
): boolean {
  if (tags[TAG.managedBy] === OUR_NAME || tags[EKSCTL_SERVICE_ACCOUNT_TAG] === undefined) return false;
  return eksctlTagsAgainst(tags, cluster, serviceAccount).length === 0;
}

/** True if eksctl's tags name this very ServiceAccount of this very cluster, both, and none names another. */
export function eksctlTagsName(
  tags: Readonly<Record<string, string>>,
  cluster: Pick<ClusterWithIssuer, "name">,
  serviceAccount: ServiceAccountRef,
): boolean {
  const isNamed = [EKSCTL_SERVICE_ACCOUNT_TAG, EKSCTL_ASSOCIATION_TAG].some((key) => key in tags);
  return (
    isNamed && EKSCTL_CLUSTER_TAG in tags && eksctlTagsAgainst(tags, cluster, serviceAccount).length === 0
  );
}
