import { clusterRef, type ClusterArn } from "irsa-model/arn.ts";
import type { AccessEntry } from "./aws/access-entry.ts";
import { startAwsEmulation, type AwsEmulation } from "./aws/emulation.ts";
import type { IssuerKeys } from "./aws/issuers.ts";
import type { AccessKey } from "./aws/principals.ts";
import { createUser } from "./aws/provision.ts";
import { StateStore } from "./aws/state-store.ts";
import { emptyAwsAccount, type AwsAccountState, type AwsState } from "./aws/state.ts";
import type { Throttle } from "./aws/throttle.ts";
import { startCluster } from "./cluster.ts";
import { openFolder, temporaryFolder, type SandboxFolder } from "./folder.ts";
import type { SandboxCluster } from "./cluster-in-aws.ts";
import { startIssuerProxy, type IssuerProxy } from "./issuer-proxy.ts";
import { startRealCluster, type RealCluster } from "./real-cluster/cluster.ts";
import { isTaken, onPortIfFree, portOf } from "./ports.ts";
import { SandboxError } from "./sandbox-error.ts";

/** What a sandbox is started with. */
export interface SandboxOptions {
  /** At least one; the emulated ones that the folder knows are started too. Their accounts and regions are the sandbox's. */
  readonly clusters: readonly ClusterArn[];
  /** The real cluster that is to be the first of them. */
  readonly real?: RealCluster;
  /** A folder that keeps the state; in memory by default. */
  readonly dir?: string;
  /** The AWS endpoint's port by default, the folder's last one if free, else any free one. */
  readonly port?: number;
  /** Names, besides loopback's own, by which the AWS endpoint may be called. */
  readonly hosts?: readonly string[];
  /** Who else may log in to the clusters, besides their account's administrator. */
  readonly accessEntries?: readonly AccessEntry[];
  /** Keys whose calls are neither recorded nor disturbed. */
  readonly observers?: ReadonlySet<string>;
  /** Milliseconds before every answer. */
  readonly latency?: number;
  /** Milliseconds by which AWS's reads lag behind its writes. */
  readonly lag?: number;
  readonly throttle?: Throttle;
  /** Lets the issuers answer at their own URLs, by a proxy, for clients that connect to them. */
  readonly issuerProxy?: boolean;
}

/** A running sandbox: AWS accounts and EKS clusters on loopback, in this process. */
export interface Sandbox {
  readonly aws: AwsEmulation;
  /** In the order in which they were asked for, then those that the folder knew. */
  readonly clusters: readonly SandboxCluster[];
  /** The key of each account's administrator, by account. */
  readonly keys: ReadonlyMap<string, AccessKey>;
  /** Where it was asked for. */
  readonly issuerProxy?: IssuerProxy;
  /** Where files for clients may be put; a temporary one is gone after `stop()`. */
  readonly folder: string;
  /** Ends all that listens. What the folder keeps stays. */
  readonly stop: () => Promise<void>;
}

/** The name of the IAM user who administrates an account of a sandbox, and the clusters in it. */
export const ADMINISTRATOR = "admin";

/**
 * Starts a sandbox.
 * @throws SandboxError. Nothing is left running then.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const folder = options.dir === undefined ? temporaryFolder() : openFolder(options.dir);
  const stops = [async () => folder.close()];
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).toReversed()) await end();
  };
  try {
    return { ...(await startIn(folder, options, stops)), folder: folder.path, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startIn(
  folder: SandboxFolder,
  options: SandboxOptions,
  stops: (() => Promise<void>)[],
): Promise<Omit<Sandbox, "folder" | "stop">> {
  const initial = withAwsAccounts(folder.loadAws(), options.clusters);
  const store = new StateStore({ initial, persist: folder.saveAws, lag: options.lag ?? 0 });
  const clusters: SandboxCluster[] = [];
  const aws = await startAws(folder, options, store, clusters);
  stops.push(aws.stop);
  folder.savePort(portOf(aws.url) ?? 0);
  aws.faults.setLatency(options.latency ?? 0);
  aws.faults.setThrottle(options.throttle);
  const keys = new Map(
    Object.keys(initial.awsAccounts).map((awsAccount) => [awsAccount, keyOf(store, awsAccount)]),
  );
  const known = clustersOf(initial).filter((arn) => folder.loadCluster(arn) !== undefined);
  const arns = new Set([...options.clusters, ...known]);
  const started = [...arns].map(async (arn) => {
    const administrator = keys.get(clusterRef(arn).awsAccount)?.principal.arn ?? "";
    const accessEntries = [
      { principalArn: administrator, groups: ["system:masters"] },
      ...(options.accessEntries ?? []),
    ];
    const isReal = options.real !== undefined && arn === options.clusters[0];
    const cluster = isReal
      ? await startRealCluster({ arn, accessEntries }, options.real, aws)
      : await startCluster({ arn, accessEntries }, aws, folder);
    stops.push(cluster.stop);
    return cluster;
  });
  await Promise.allSettled(started);
  clusters.push(...(await Promise.all(started)));
  if (options.issuerProxy !== true) return { aws, clusters, keys };
  const issuerProxy = await startIssuerProxy(
    clusters.map(({ issuer }) => issuer),
    keysOfIssuers(clusters),
  );
  stops.push(issuerProxy.stop);
  return { aws, clusters, keys, issuerProxy };
}

function keysOfIssuers(clusters: readonly SandboxCluster[]): IssuerKeys {
  return async (issuer) => clusters.find((cluster) => cluster.issuer === issuer)?.jwks();
}

async function startAws(
  folder: SandboxFolder,
  { port, observers, hosts }: SandboxOptions,
  store: StateStore,
  clusters: readonly SandboxCluster[],
): Promise<AwsEmulation> {
  const clusterOf = (arn: string): SandboxCluster | undefined => clusters.find((one) => one.arn === arn);
  const start = (port: number | undefined): Promise<AwsEmulation> =>
    startAwsEmulation({
      store,
      controlToken: folder.controlToken,
      jwks: keysOfIssuers(clusters),
      podExists: async (arn, identity) => (await clusterOf(arn)?.podExists(identity)) ?? false,
      agentReady: async (arn) => clusterOf(arn)?.agentReady() ?? false,
      onAddon: async ({ clusterArn, name, installed }) => clusterOf(clusterArn)?.onAddon(name, installed),
      ...(observers !== undefined && { observers }),
      ...(hosts !== undefined && { hosts }),
      ...(port !== undefined && { port }),
    });
  if (port === undefined) return onPortIfFree(folder.lastPort, start);
  return start(port).catch((error: unknown) => {
    if (!isTaken(error)) throw error;
    throw new SandboxError("port-taken", `port ${port} of 127.0.0.1 is taken`);
  });
}

/** The state with an account for each cluster, in the cluster's partition. */
function withAwsAccounts(kept: AwsState | undefined, clusters: readonly ClusterArn[]): AwsState {
  const awsAccounts: Record<string, AwsAccountState> = { ...kept?.awsAccounts };
  for (const { awsAccount, partition } of clusters.map(clusterRef))
    awsAccounts[awsAccount] ??= emptyAwsAccount(awsAccount, partition);
  return { keys: {}, ...kept, awsAccounts };
}

function clustersOf({ awsAccounts }: AwsState): ClusterArn[] {
  const all = Object.values(awsAccounts).flatMap(({ clusters }) => Object.values(clusters));
  return all.map(({ arn }) => arn as ClusterArn);
}

/** The administrator's key: the one that the state keeps, or a new one. */
function keyOf(store: StateStore, awsAccount: string): AccessKey {
  const suffix = `:iam::${awsAccount}:user/${ADMINISTRATOR}`;
  const known = Object.values(store.current().keys).find(({ principal }) => principal.arn.endsWith(suffix));
  return known ?? createUser({ store, awsAccount }, ADMINISTRATOR);
}
