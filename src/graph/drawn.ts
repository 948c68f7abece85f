import type { GraphEdge } from "../model/access-graph.ts";
import type { PodSummary, ServiceAccount } from "../model/kubernetes-objects.ts";
import type { ServiceAccountIn } from "./input.ts";

/** A ServiceAccount that is in the picture. */
export interface DrawnServiceAccount extends ServiceAccountIn {
  /** Of its node. */
  readonly id: string;
  /** As the cluster has it; `missing` if it does not, `undefined` if the ServiceAccounts could not be read. */
  readonly found: ServiceAccount | "missing" | undefined;
  /** Its pods that run or will; `undefined` if they could not be read. */
  readonly pods: readonly PodSummary[] | undefined;
}

/** That pods of a workload run as a ServiceAccount. */
export interface Run {
  readonly serviceAccount: DrawnServiceAccount;
  /** As `deployment/name`, or `pod/name` for a pod that none made. */
  readonly workload: string;
  readonly pods: readonly PodSummary[];
  readonly edge: GraphEdge;
}
