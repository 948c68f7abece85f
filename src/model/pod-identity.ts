import type { ServiceAccountRef } from "./service-account-ref.ts";

/**
 * A Pod Identity association: pods with the ServiceAccount get the role from EKS, without token and trust in the issuer.
 * Source: EKS API Reference, PodIdentityAssociation.
 */
export interface PodIdentityAssociation {
  readonly id: string;
  readonly serviceAccount: ServiceAccountRef;
  readonly roleArn: string;
  /** The role that EKS assumes with the first one, often in another AWS account. */
  readonly targetRoleArn?: string;
  /** Of the target role's trust, where EKS gave one. */
  readonly externalId?: string;
  /** True if sessions carry no tags of cluster, namespace and ServiceAccount. */
  readonly withoutSessionTags: boolean;
}
