import type { ClusterRef, RoleArn } from "../../model/arn.ts";
import type { NamespaceName, ServiceAccountRef } from "../../model/service-account-ref.ts";

/** What is to run in a cluster, and as whom. */
export interface InCluster {
  readonly cluster: ClusterRef;
  readonly serviceAccount: ServiceAccountRef;
  readonly role: RoleArn;
  readonly image: string;
  /** When `audit` runs; without it, `watch` runs all the time. */
  readonly schedule?: string;
  /** The namespaces that are reported; all, where there is none. */
  readonly namespaces: readonly NamespaceName[];
  readonly proofs: boolean;
  readonly events: boolean;
}
