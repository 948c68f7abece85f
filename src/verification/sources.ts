import type { AwsPort, IamPort } from "../aws/port.ts";
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
  /** Another AWS account, whose roles and identity providers can be read too. */
  readonly second?: (SecondView & { readonly iam: IamPort }) | undefined;
}

/** An AWS account beside the cluster's, by a profile that was given for it. */
export interface SecondView {
  readonly awsAccount: string;
  /** The flag that names its profile; repeated in the commands that are printed. */
  readonly flags: readonly string[];
}

/** Reads from the cluster, or returns why it can't be reached. */
export type SeenBy = <T>(read: (api: KubernetesPort) => Promise<T>) => Promise<Seen<T>>;
