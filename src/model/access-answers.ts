import type { ClusterRef, PolicyArn, RoleArn } from "./arn.ts";
import type { Judgement } from "./judgement.ts";
import type { ServiceAccountRef } from "./service-account-ref.ts";
import type { WayName } from "./way.ts";

/** Who can assume a role. */
export interface WhoCan extends OpenRole {
  readonly role: RoleArn;
  readonly clusters: readonly ClusterRef[];
  readonly subjects: readonly WhoCanSubject[];
  /** The chains of roles that lead to it. */
  readonly chains: readonly ChainToRole[];
  /** What will give it to nodes of which none runs now, as `EC2NodeClass default of demo`. */
  readonly nextNodes: readonly string[];
  readonly notRead: readonly NotRead[];
}

/** How far a role is open to ServiceAccounts that nobody has made yet, by the most open of the clusters. */
export interface OpenRole {
  readonly open: "any-provider" | "any-account" | "pattern" | null;
  readonly openPatterns: readonly string[];
}

/** A chain that leads to the role. Who can assume the first role is said as of the role itself. */
export interface ChainToRole extends OpenRole, Pick<Judgement, "verdict" | "unknownKeys"> {
  /** From a role that pods can get to the one that is asked about; two or more. */
  readonly roles: readonly RoleArn[];
  readonly subjects: readonly WhoCanSubject[];
}

/** A ServiceAccount that can assume the role, and how. */
export interface WhoCanSubject extends AccessPath {
  readonly cluster: ClusterRef;
  readonly serviceAccount: ServiceAccountRef;
  /** `null` where the cluster's ServiceAccounts could not be read. */
  readonly exists: boolean | null;
  /** Names of the pods that run with it; `null` where they could not be read. */
  readonly pods: readonly string[] | null;
}

/** What one ServiceAccount can assume. */
export interface WhatCan {
  readonly cluster: ClusterRef;
  readonly serviceAccount: ServiceAccountRef;
  readonly exists: boolean | null;
  /** The role of its annotation, whatever that role says. */
  readonly annotatedRole: string | null;
  readonly audience: string;
  readonly roles: readonly WhatCanRole[];
  /** The roles that can be assumed with one of them, directly or through others. */
  readonly chains: readonly ReachedByChain[];
  /** Roles in other AWS accounts, of which nothing can be said from here. */
  readonly notJudged: readonly NotJudged[];
  readonly notRead: readonly NotRead[];
}

/** A role that another one leads to. */
export interface ReachedByChain extends Pick<Judgement, "verdict" | "unknownKeys"> {
  /** From a role of the ServiceAccount to the one that is reached; two or more. */
  readonly roles: readonly RoleArn[];
  /** Whether the last one has administrator access; `null` if its policies could not be read. */
  readonly isAdministrator: boolean | null;
}

/** A role that the ServiceAccount is meant to assume, whose trust policy is out of reach. */
export interface NotJudged {
  readonly role: RoleArn;
  readonly via: WayName;
  /** The role that Pod Identity assumes before this one. */
  readonly through?: RoleArn;
  /** The session policy of the association, verbatim, which limits what pods can do with the role. */
  readonly sessionPolicy?: string;
}

/** A role that the ServiceAccount can assume, and its permissions; what could not be read is left out. */
export interface WhatCanRole extends AccessPath {
  readonly role: RoleArn;
  /** True if the ServiceAccount's annotation names it. */
  readonly annotated: boolean;
  /** The managed policies attached to it. */
  readonly policies?: readonly PolicyArn[];
  /** The names of its inline policies. */
  readonly inlinePolicies?: readonly string[];
  /** The permissions boundary, which limits the policies; `null` if it has none. */
  readonly boundary?: PolicyArn | null;
}

/** By which way, for certain or not, and by which statements. */
export interface AccessPath extends Judgement {
  /** `node`: the pods run on nodes that have the role. */
  readonly via: WayName | "node";
  /** What has the role, if pods get it from their nodes, as `node group workers of demo`. */
  readonly nodes?: readonly string[];
  /** The `aud` of the token that is allowed; without it, the way is not a token's. */
  readonly audience?: string;
  /** True if the token is not one that the webhook asks for: whoever creates a pod can ask for it. */
  readonly chosen?: true;
  /** The role that Pod Identity assumes before this one. */
  readonly through?: RoleArn;
  /** True if it could not be told whether the policies of that role allow it to assume this one. */
  readonly permissionUnknown?: true;
  /** The session policy of the association, verbatim: pods can do what both it and the role's policies allow. */
  readonly sessionPolicy?: string;
}

/** Something that could not be read, so that the answer may lack what it would have told. */
export interface NotRead {
  readonly what: string;
  readonly code: string;
  readonly message: string;
}
