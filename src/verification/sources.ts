import type { AwsPort } from "../aws/port.ts";
import type { KubernetesPort } from "../kubernetes/port.ts";
import type { Cluster } from "../model/cluster.ts";
import type { Seen } from "./seen.ts";

/** What a chain is observed through. */
export interface Sources {
  readonly aws: AwsPort;
  /** The cluster's API, or why there is no connection to it. */
  readonly kubernetes: Seen<KubernetesPort>;
  readonly cluster: Seen<Cluster>;
  readonly clusterFlags: readonly string[];
}
