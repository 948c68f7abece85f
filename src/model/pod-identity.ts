import type { Tags } from "./iam-objects.ts";
import type { ServiceAccountRef } from "./service-account-ref.ts";

/**
 * A Pod Identity association: pods with the ServiceAccount get the role from EKS, without token and trust in the issuer.
 * Source: EKS API Reference, PodIdentityAssociation.
 */
export interface PodIdentityAssociation {
  readonly id: string;
  readonly arn: string;
  readonly serviceAccount: ServiceAccountRef;
  readonly roleArn: string;
  /** The role that EKS assumes with the first one, often in another AWS account. */
  readonly targetRoleArn?: string;
  /** Of the target role's trust, where EKS gave one. */
  readonly externalId?: string;
  /** True if sessions carry no tags of cluster, namespace and ServiceAccount. */
  readonly withoutSessionTags: boolean;
  /** The session policy, verbatim: JSON that limits the sessions of the target role where there is one, else of the role. */
  readonly policy?: string;
  /** What owns the association, as an add-on of the cluster does by its ARN: who else writes it. */
  readonly ownerArn?: string;
  readonly tags: Tags;
  /** When it was last written; agents may keep credentials from before for hours. */
  readonly modifiedAt?: Date;
}

/** An association in EKS's list, which leaves out its role. */
export interface ListedPodIdentity {
  readonly id: string;
  readonly serviceAccount: ServiceAccountRef;
}

/** The name of the add-on that owns an association. Source: EKS API Reference, PodIdentityAssociation (`ownerArn`). */
export function addonOf({ ownerArn = "" }: Pick<PodIdentityAssociation, "ownerArn">): string | undefined {
  return /:addon\/[^/]+\/([^/]+)/.exec(ownerArn)?.[1];
}
