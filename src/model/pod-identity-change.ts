import type { ClusterArn } from "./arn.ts";
import type { AskedServiceAccount } from "./asked.ts";
import type { AssignableRole, OwnedServiceAccount } from "./authority.ts";
import type { Tags } from "./iam-objects.ts";
import type { PodIdentityAssociation } from "./pod-identity.ts";
import type { ServiceAccountRef } from "./service-account-ref.ts";
import type { FromOperator } from "./source.ts";

/** What a plan can do to a Pod Identity association. */
export type PodIdentityChange = CreatePodIdentity | UpdatePodIdentity | DeletePodIdentity;

/** What an association may be asked to be, beside its role. */
export interface AskedAssociation {
  readonly targetRole?: AssignableRole;
  readonly withoutSessionTags: boolean;
  /** The session policy as it is to be sent. */
  readonly sessionPolicy?: FromOperator<string>;
  /** Tags beside irsa's own. */
  readonly tags?: Tags;
}

/** What an association is to be without. */
export interface AssociationRemovals {
  readonly targetRole?: FromOperator<true>;
  readonly sessionPolicy?: FromOperator<true>;
}

/** Makes an association; one that is the same by then is as good. */
export interface CreatePodIdentity extends AskedAssociation {
  readonly kind: "create-pod-identity";
  readonly cluster: ClusterArn;
  readonly serviceAccount: AskedServiceAccount | OwnedServiceAccount;
  readonly role: AssignableRole;
  readonly tags: Tags;
}

/** Changes an association; what is absent stays. */
export interface UpdatePodIdentity {
  readonly kind: "update-pod-identity";
  readonly cluster: ClusterArn;
  readonly serviceAccount: ServiceAccountRef;
  readonly id: string;
  readonly arn: string;
  /** The role that its pods get once it is changed, as EKS has it. */
  readonly role: string;
  readonly set: {
    readonly role?: AssignableRole;
    readonly targetRole?: AssignableRole;
    readonly withoutSessionTags?: boolean;
    readonly sessionPolicy?: FromOperator<string>;
  };
  /** What is removed; without it, pods may get more than before. */
  readonly unset?: AssociationRemovals;
  readonly setTags?: Tags;
  readonly unsetTags?: readonly string[];
  /** The values that the edit replaces, for show. */
  readonly before: Pick<
    PodIdentityAssociation,
    "roleArn" | "targetRoleArn" | "withoutSessionTags" | "policy" | "tags"
  >;
  readonly observed: string;
}

/** Deletes an association. */
export interface DeletePodIdentity {
  readonly kind: "delete-pod-identity";
  readonly cluster: ClusterArn;
  readonly serviceAccount: ServiceAccountRef;
  readonly id: string;
  /** The role that its pods are losing, as EKS has it. */
  readonly role: string;
  /** Its target role, which goes after it. */
  readonly targetRole?: string;
  readonly observed: string;
}
