import type { ClusterWithIssuer } from "../model/cluster.ts";
import { Failure } from "../model/failure.ts";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";
import { eksAccess } from "./api-access.ts";
import { kubernetesAdapter } from "./client.ts";
import { connect, type Connection } from "./connection.ts";
import { eventAdapter } from "./events.ts";
import { leaseAdapter } from "./leases.ts";
import type { EventPort, KubernetesPort, LeasePort, WatchPort } from "./port.ts";
import { watchAdapter } from "./watches.ts";

/** How to reach a cluster's API. */
export interface ConnectOptions {
  readonly flags: { readonly kubeconfig?: string; readonly context?: string };
  /** A kubeconfig that a program has loaded, instead of a file. */
  readonly kubeconfigText?: string;
  readonly cluster: ClusterWithIssuer;
  readonly serviceAccount: ServiceAccountRef;
  readonly token: () => Promise<string>;
}

/** The API of a cluster. */
export interface ConnectedCluster {
  readonly api: KubernetesPort;
  readonly watches: WatchPort;
  readonly leases: LeasePort;
  readonly events: EventPort;
  close(): void;
}

/** The API of the cluster: as EKS describes it, or by a kubeconfig that is proved to be the same cluster. */
export async function connectKubernetes(reach: ConnectOptions): Promise<ConnectedCluster> {
  const { flags, kubeconfigText } = reach;
  const byKubeconfig = [flags.kubeconfig, flags.context, kubeconfigText].some((one) => one !== undefined);
  const connection = byKubeconfig ? await byUsersKubeconfig(reach) : asEksDescribes(reach);
  return {
    api: kubernetesAdapter(connection),
    watches: watchAdapter(connection),
    leases: leaseAdapter(connection),
    events: eventAdapter(connection),
    close: () => connection.close(),
  };
}

/** Its code, with what reads YAML and tokens, is loaded for nobody else. */
async function byUsersKubeconfig(reach: ConnectOptions): Promise<Connection> {
  const { flags, kubeconfigText, cluster, serviceAccount } = reach;
  const [{ provedConnection }, { connectableAccess }] = await Promise.all([
    import("./guard.ts"),
    import("./kubeconfig.ts"),
  ]);
  return provedConnection(
    connectableAccess(flags.kubeconfig, flags.context, kubeconfigText),
    cluster,
    serviceAccount,
  );
}

function asEksDescribes({ cluster, token }: ConnectOptions): Connection {
  const { name, endpoint, caPem, status } = cluster;
  if (endpoint === undefined || caPem === undefined) {
    throw new Failure("refused", "no-endpoint", `cluster '${name}' has no API endpoint yet (${status})`);
  }
  if (!endpoint.startsWith("https://"))
    throw new Failure(
      "refused",
      "unverified-tls",
      `the API endpoint '${endpoint}' of cluster '${name}' is not an https URL`,
    );
  return connect(eksAccess({ name, endpoint, caPem, token }));
}
