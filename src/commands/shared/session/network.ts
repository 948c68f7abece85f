import type { Aws, AwsChoice } from "../../../aws/clients.ts";
import type { ConnectOptions } from "../../../kubernetes/connect.ts";
import type { KubernetesPort } from "../../../kubernetes/port.ts";

/** How a session reaches AWS and a cluster's API: all that a command calls goes through here. */
export interface Network {
  readonly connectAws: (choice: AwsChoice) => Promise<Aws>;
  readonly connectKubernetes: (reach: ConnectOptions) => Promise<ConnectedCluster>;
}

/** A cluster's API, and a function that closes the connection. */
export interface ConnectedCluster {
  readonly api: KubernetesPort;
  close(): void;
}
