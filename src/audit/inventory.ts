import type { Addon } from "../model/addon.ts";
import type { ProviderArn } from "../model/arn.ts";
import type { ClusterWithIssuer } from "../model/cluster.ts";
import type { Failure } from "../model/failure.ts";
import type { Provider, RoleListing } from "../model/iam-objects.ts";
import type { IssuerHostPath } from "../model/issuer.ts";
import type { Known, Seen } from "../model/known.ts";
import type { PodSummary, ServiceAccount } from "../model/kubernetes-objects.ts";
import type { PodIdentityAssociation } from "../model/pod-identity.ts";
import type { ClusterNodes } from "./nodes/cluster-nodes.ts";

/** Everything that an audit evaluates: one AWS account and clusters in it. Nothing is concluded from what is unknown. */
export interface Inventory {
  /** The time that ages are calculated for. */
  readonly now: Date;
  readonly roles: Known<readonly RoleListing[]>;
  /** Every OIDC provider of the AWS account. */
  readonly providers: Known<readonly ProviderArn[]>;
  readonly clusters: readonly AuditedCluster[];
  /** Of several AWS accounts: clusters as those of other AWS accounts see them whose roles may trust their tokens. */
  readonly views?: readonly AuditedCluster[];
  /** Of several AWS accounts: those that were read, and whether all their roles are known. */
  readonly allRolesOf?: ReadonlyMap<string, boolean>;
  /** The issuers of all clusters of a region, for the regions in which all could be read. */
  readonly issuers: ReadonlyMap<string, ReadonlySet<IssuerHostPath>>;
  /** What could not be read, and why. */
  readonly gaps: readonly Gap[];
}

/** A cluster and its objects. */
export interface AuditedCluster {
  readonly cluster: ClusterWithIssuer;
  /** The OIDC provider of its issuer, if IAM has one. */
  readonly provider: Known<Provider | undefined>;
  readonly serviceAccounts: Known<readonly ServiceAccount[]>;
  readonly pods: Seen<readonly PodSummary[]>;
  readonly associations: Known<readonly PodIdentityAssociation[]>;
  readonly nodes: ClusterNodes;
  /** By name, the add-ons that its associations need: the agent's, and those that own some; none without associations. */
  readonly addons: ReadonlyMap<string, Known<Addon | undefined>>;
}

/** Something that could not be read. */
export interface Gap {
  /** For example `pods of my-cluster`. */
  readonly what: string;
  readonly failure: Failure;
}

/** Tells of an AWS account whether all its roles are known, as far as a cluster is concerned; `undefined` if it was not read. */
export function allRolesFor(
  { awsAccount }: Pick<ClusterWithIssuer, "awsAccount">,
  { roles, allRolesOf }: Pick<Inventory, "roles" | "allRolesOf">,
): (ofAccount: string) => boolean | undefined {
  if (allRolesOf !== undefined) return (ofAccount) => allRolesOf.get(ofAccount);
  return (ofAccount) => (ofAccount === awsAccount ? roles.state === "known" : undefined);
}
