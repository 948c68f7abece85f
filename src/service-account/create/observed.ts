import type { PolicyArn } from "../../model/arn.ts";
import type { ClusterWithIssuer } from "../../model/cluster.ts";
import type { ClusterRight } from "../../model/change-kind-row.ts";
import type { ObservedAssociation } from "../../oidc-association/observe.ts";
import type { Known } from "../../model/known.ts";
import type { InlinePolicies, Role, RolePolicies } from "../../model/iam-objects.ts";
import type { PodIdentityAssociation } from "../../model/pod-identity.ts";
import type { ServiceAccount } from "../../model/kubernetes-objects.ts";
import type { PolicyDocument } from "../../model/trust-policy/document.ts";

/** What was found, all that the plan is made from. */
export interface ObservedServiceAccount {
  /** The cluster and its identity provider, which is read for IRSA alone. */
  readonly association: ObservedAssociation;
  /** Read for Pod Identity alone. */
  readonly podIdentity?: ObservedPodIdentity | undefined;
  /** `undefined` when the cluster was not asked (`--role-only`). */
  readonly kubernetes: ObservedKubernetes | undefined;
  /** The role by the name that was asked for or computed; `undefined` if there is none. */
  readonly named: ObservedRole | undefined;
  /**
   * The role that the ServiceAccount has, by its annotation or by its association, where it is another one; `undefined` if
   * there is none.
   */
  readonly annotated: ObservedRole | undefined;
  /**
   * Where a role would have to be made: those that irsa or eksctl have for the ServiceAccount already, under other names, by
   * their tags and trust policies.
   */
  readonly behind: Known<readonly ObservedRole[]>;
  readonly policies: readonly ObservedPolicy[];
  /** The target role that is asked for, where irsa does not keep it and it is in the cluster's AWS account. */
  readonly givenTarget?: Known<Role | undefined> | undefined;
  /** Read where the target role is irsa's to keep. */
  readonly target?: ObservedTarget | undefined;
}

/** What there is of the target role, in its AWS account. */
export interface ObservedTarget {
  /** The cluster as that AWS account is asked about it: its roles have the AWS account's number. */
  readonly cluster: ClusterWithIssuer;
  /** The role by the name that was asked for or computed; `undefined` if there is none. */
  readonly named: ObservedRole | undefined;
  /** The role that the association has, where it is another one of that AWS account. */
  readonly current: ObservedRole | undefined;
  readonly policies: readonly ObservedPolicy[];
}

/** What there is of Pod Identity for the ServiceAccount. */
export interface ObservedPodIdentity {
  readonly association: PodIdentityAssociation | undefined;
}

/** What was found in the cluster. */
export interface ObservedKubernetes {
  readonly namespaceExists: boolean;
  readonly serviceAccount: ServiceAccount | undefined;
  /** What our credentials may write there. */
  readonly may: Rights;
}

/** What our credentials may, of the rights that were asked about. */
export type Rights = Readonly<Partial<Record<ClusterRight, Known<boolean>>>>;

/** A role with its policies; the inline ones, whoever made them, are read only where one is asked for or the ask is exact. */
export interface ObservedRole extends RolePolicies {
  readonly role: Role;
  /** The documents of policies that the ownership tags record and an exclusive request does not name. */
  readonly recorded?: ReadonlyMap<PolicyArn, PolicyDocument>;
  /** What its policies say; read only where the account is to get the role, and an administrator's is not allowed. */
  readonly holds?: HeldPolicies | undefined;
}

/** What the policies of a role say. */
export interface HeldPolicies {
  /** Of the customer managed policies that are attached; AWS's own are known by name. */
  readonly documents: ReadonlyMap<PolicyArn, PolicyDocument>;
  /** The inline policies by name. */
  readonly inline: InlinePolicies;
}

/** A managed policy that was asked for. */
export interface ObservedPolicy {
  readonly arn: PolicyArn;
  /** What there is of it: its default version, for a customer managed policy. */
  readonly found: Known<{ readonly document?: PolicyDocument } | undefined>;
  /** It is to be the role's permissions boundary, which gives nobody anything. */
  readonly isBoundary?: boolean;
}

/** The name of the inline policy that `--policy-file` makes. */
export const INLINE_POLICY_NAME = "irsa";
