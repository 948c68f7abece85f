import type { IAMClient } from "@aws-sdk/client-iam";
import type { JSONWebKeySet } from "jose";
import type { RecordedCall } from "irsa-sandbox";
import type { AccessEntry, AccessKey, DenyRule, FailRule } from "irsa-sandbox/parts";

/** What DescribeCluster says of a cluster. */
export interface ClusterFacts {
  /** `https://host:port` of the API server. */
  readonly endpoint: string;
  readonly caPem: string;
  /** Absent for a cluster without one (a local cluster, or one still being created). */
  readonly issuer?: string;
  /** The issuer's signing keys, as STS fetches them; without it STS can't get them. */
  readonly jwks?: () => Promise<JSONWebKeySet>;
  readonly version?: string;
  readonly status?: "CREATING" | "ACTIVE" | "DELETING" | "FAILED" | "UPDATING";
  /** Its nodes are those of EKS Auto Mode. */
  readonly autoMode?: boolean;
  /** Who may log in; the admin as `system:masters` and the viewer without groups by default. */
  readonly accessEntries?: readonly AccessEntry[];
}

/** The throw-away principals of a world. */
export type PrincipalName = "admin" | "viewer" | "session";

/** An emulated AWS for tests: one ServiceAccount with its clusters. */
export interface AwsWorld {
  /** Where all services answer. */
  readonly url: string;
  readonly awsAccount: string;
  readonly region: string;
  /** The keys of `user/ci` (admin), `user/viewer` and `assumed-role/deployer/ci` (session). */
  readonly keys: Readonly<Record<PrincipalName, AccessKey>>;
  /** A complete environment for a child process that acts as admin in this world and can reach no other. */
  readonly environment: Readonly<Record<string, string>>;
  readonly environmentOf: (principal: PrincipalName) => Readonly<Record<string, string>>;
  readonly createCluster: (name: string, facts: ClusterFacts) => Promise<void>;
  /** Changes what is said of a cluster. @throws Error when there is no such cluster. */
  readonly updateCluster: (name: string, facts: Partial<ClusterFacts>) => void;
  /** Where a cluster's API server sends its TokenReviews; may be asked before the cluster is there. */
  readonly tokenReview: (cluster: string) => { readonly url: string; readonly caPem: string };
  /** The calls of all principals but the observer. */
  readonly calls: () => readonly RecordedCall[];
  readonly clearCalls: () => void;
  readonly fail: (rule: FailRule) => void;
  readonly deny: (rule: DenyRule) => void;
  readonly setLatency: (milliseconds: number) => void;
  /** Runs something once, right before the n-th call of that action (`iam:UpdateAssumeRolePolicy`). */
  readonly before: (action: string, run: () => Promise<void>, nth?: number) => void;
  /** No rules, no latency. */
  readonly clearFaults: () => void;
  /** A client for looking in and for preparing: its calls are neither recorded nor disturbed. */
  readonly iam: () => IAMClient;
  readonly stop: () => Promise<void>;
}
