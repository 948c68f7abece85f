import type { Aws } from "../../../aws/clients.ts";
import type { Caller } from "../../../aws/port.ts";
import type { ClusterWithIssuer } from "../../../model/cluster.ts";

/** A second AWS account in which a plan changes roles and providers, with credentials of its own. */
export interface SecondAccount {
  readonly aws: Aws;
  readonly caller: Caller;
  /** The cluster as that AWS account has to do with it. */
  readonly cluster: ClusterWithIssuer;
  /** The flag that names its profile, for the commands that we print. */
  readonly flags: readonly string[];
}
