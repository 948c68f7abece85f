import { roleRef, type ProviderArn, type RoleArn } from "../model/arn.ts";
import type { ClusterWithIssuer } from "../model/cluster.ts";
import type { FindingSubject } from "../model/finding.ts";
import type { PodIdentityAssociation } from "../model/pod-identity.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../model/service-account-ref.ts";
import { issuerOf } from "../model/trust-policy/request.ts";

/** A role as the subject of a finding. */
export function aboutRole(arn: RoleArn): FindingSubject {
  return { kind: "role", name: roleRef(arn).name, id: arn };
}

/** A ServiceAccount as the subject of a finding. */
export function aboutServiceAccount(cluster: ClusterWithIssuer, ref: ServiceAccountRef): FindingSubject {
  const name = serviceAccountPath(ref);
  return { kind: "service-account", name, id: `${cluster.arn}/${name}`, cluster: cluster.arn };
}

/** A provider as the subject of a finding. */
export function aboutProvider(arn: ProviderArn): FindingSubject {
  return { kind: "provider", name: issuerOf(arn), id: arn };
}

/** A cluster as the subject of a finding. */
export function aboutCluster({ name, arn }: ClusterWithIssuer): FindingSubject {
  return { kind: "cluster", name, id: arn, cluster: arn };
}

/** What owns an association, as evidence: an add-on writes its associations again, so that they are changed through it. */
export function ownerOf({
  ownerArn,
}: Pick<PodIdentityAssociation, "ownerArn">): readonly (readonly [string, string])[] {
  return ownerArn === undefined ? [] : [["owned by", ownerArn]];
}
