import type { ClusterRef } from "./arn.ts";
import type { IssuerUrl } from "./issuer.ts";

/**
 * An EKS cluster as DescribeCluster gives it.
 * Source: EKS API Reference, `Cluster`.
 */
export interface Cluster extends ClusterRef {
  /** CREATING, ACTIVE, DELETING, FAILED, UPDATING or PENDING. */
  readonly status: string;
  readonly version: string;
  /** The API server's URL; absent while the cluster is being created. */
  readonly endpoint?: string;
  /** The certificate authority, or authorities while they are being rotated, as PEM. */
  readonly caPem?: string;
  readonly issuer?: IssuerUrl;
  /** True for a local cluster on an Outpost, which has no issuer. */
  readonly local: boolean;
  /** True for EKS Auto Mode, whose own nodes have the Pod Identity agent built in. */
  readonly autoMode?: true;
  readonly access: EndpointAccess;
  /** Absent where there are none. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** From where the API server's endpoint may be reached. */
export interface EndpointAccess {
  readonly public: boolean;
  readonly private: boolean;
  readonly publicCidrs: readonly string[];
}

/** A cluster that has an issuer. */
export type ClusterWithIssuer = Cluster & { readonly issuer: IssuerUrl };

/**
 * The cluster as another AWS account has to do with it, where its identity provider or roles for its ServiceAccounts are kept:
 * their ARNs have that AWS account's number. Its ARN, and so names and ownership tags, stay the cluster's.
 */
export function asSeenFrom(cluster: ClusterWithIssuer, awsAccount: string): ClusterWithIssuer {
  return { ...cluster, awsAccount };
}
