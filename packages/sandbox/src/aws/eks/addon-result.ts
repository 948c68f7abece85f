import type { AddonState, ClusterState, PodIdentityState } from "../state.ts";
import type { Result } from "../wire-format.ts";
import { partArn } from "./part-arn.ts";

/** An add-on's ARN, which ends in a UUID; the same add-on, made again, has another. */
export function addonArn(cluster: ClusterState, { name, created = "" }: AddonState): string {
  return partArn(cluster, "addon", name, created);
}

/** The associations that an add-on owns. */
export function ownedBy(cluster: ClusterState, addon: AddonState): readonly PodIdentityState[] {
  const arn = addonArn(cluster, addon);
  return Object.values(cluster.associations).filter(({ ownerArn }) => ownerArn === arn);
}

/** An add-on as EKS describes it. Source: Amazon EKS API Reference, Addon. */
export function addonResult(
  cluster: ClusterState,
  addon: AddonState,
  status: "ACTIVE" | "CREATING" | "DELETING",
): Result {
  const { name, version, serviceAccountRoleArn, configurationValues, namespace, tags = {} } = addon;
  const { created = cluster.created } = addon;
  const { modified = created } = addon;
  const associations = ownedBy(cluster, addon).map(({ arn }) => arn);
  return {
    addonName: name,
    clusterName: cluster.name,
    status,
    addonVersion: version,
    health: { issues: [] },
    addonArn: addonArn(cluster, addon),
    createdAt: new Date(created),
    modifiedAt: new Date(modified),
    serviceAccountRoleArn,
    configurationValues,
    tags,
    podIdentityAssociations: associations.length === 0 ? undefined : associations,
    namespaceConfig: namespace === undefined ? undefined : { namespace },
  };
}
