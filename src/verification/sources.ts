import type { AwsPort } from "../aws/port.ts";
import type { KubernetesPort } from "../kubernetes/port.ts";
import type { Cluster } from "../model/cluster.ts";
import type { Seen } from "../model/known.ts";

/** The ports that a chain is read through. */
export interface Sources {
  readonly aws: AwsPort;
  /** The cluster's API, or why it can't be reached. */
  readonly kubernetes: Seen<KubernetesPort>;
  readonly cluster: Seen<Cluster>;
  readonly clusterFlags: readonly string[];
}

/** Reads from the cluster, or returns why it can't be reached. */
export type SeenBy = <T>(read: (api: KubernetesPort) => Promise<T>) => Promise<Seen<T>>;
