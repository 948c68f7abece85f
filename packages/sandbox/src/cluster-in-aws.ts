import type { JSONWebKeySet } from "jose";
import { clusterRef, type ClusterArn, type ClusterRef } from "irsa-model/arn.ts";
import type { AccessEntry } from "./aws/access-entry.ts";
import type { PodIdentity } from "./aws/eks-auth/pod-token.ts";
import type { AwsEmulation } from "./aws/emulation.ts";
import { declareCluster } from "./aws/provision.ts";
import { at, type ClusterState } from "./aws/state.ts";
import { reviewToken } from "./aws/token-review.ts";

/** A cluster of a sandbox, as its users see it. */
export interface SandboxCluster extends ClusterRef {
  readonly endpoint: string;
  readonly caPem: string;
  readonly issuer: string;
  /** The issuer's public keys. */
  readonly jwks: () => Promise<JSONWebKeySet>;
  /** A bearer token of a user of these groups who is not an AWS principal; of an administrator by default. */
  readonly tokenFor: (username?: string, groups?: readonly string[]) => string;
  /** True if a token's pod and ServiceAccount are there. */
  readonly podExists: (identity: PodIdentity) => Promise<boolean>;
  /** True if an agent of Pod Identity is ready in it; for a real cluster, the sandbox's own stands in. */
  readonly agentReady: () => boolean;
  /** Makes or removes what an add-on has in the cluster; nothing is done to a real one. */
  readonly onAddon: (name: string, installed: boolean) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Which cluster is to be started. */
export interface ClusterOptions {
  readonly arn: ClusterArn;
  /** Who may log in; where the cluster is known already, those who might before. */
  readonly accessEntries: readonly AccessEntry[];
}

/** What AWS knows of a cluster. */
export function clusterIn(
  { store }: AwsEmulation,
  { awsAccount, region, name }: ClusterRef,
): ClusterState | undefined {
  return at(store.current().awsAccounts[awsAccount]?.clusters ?? {}, `${region}/${name}`);
}

/** Who the bearer of EKS's token is to this cluster; `undefined` for a stranger. */
export function bearerOf(token: string, ref: ClusterRef, aws: AwsEmulation) {
  const { user } = reviewToken(token, ref.name, {
    accessEntries: () => clusterIn(aws, ref)?.accessEntries ?? [],
    stsHosts: new Set([new URL(aws.url).host, ...aws.hosts]),
    keys: aws.store.find,
  });
  return user;
}

/** Whether EKS has a Pod Identity association for the ServiceAccount. */
export function hasPodIdentity(
  namespace: string,
  serviceAccount: string,
  ref: ClusterRef,
  aws: AwsEmulation,
): boolean {
  const associations = Object.values(clusterIn(aws, ref)?.associations ?? {});
  return associations.some((one) => one.namespace === namespace && one.serviceAccount === serviceAccount);
}

/** Tells EKS of a cluster. What was known of it stays; where it is reached is new. */
export function describeToEks(
  { arn, accessEntries }: ClusterOptions,
  now: {
    readonly endpoint: string;
    readonly caPem: string;
    readonly issuer: string;
    readonly version: string;
  },
  aws: AwsEmulation,
): void {
  const ref = clusterRef(arn);
  const known = clusterIn(aws, ref);
  const addons = Object.values(known?.addons ?? {});
  const place = { store: aws.store, awsAccount: ref.awsAccount, region: ref.region };
  declareCluster(place, { accessEntries, ...known, ...now, name: ref.name, addons });
}
