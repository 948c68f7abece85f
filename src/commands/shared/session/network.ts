import type { Aws, AwsChoice } from "../../../aws/clients.ts";
import type { ConnectedCluster, ConnectOptions } from "../../../kubernetes/connect.ts";

/** How a session reaches AWS and a cluster's API: all that a command calls goes through here. */
export interface Network {
  readonly connectAws: (choice: AwsChoice) => Promise<Aws>;
  readonly connectKubernetes: (reach: ConnectOptions) => Promise<ConnectedCluster>;
}
