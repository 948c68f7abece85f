import type { Known, Seen } from "../model/known.ts";
import type { GraphEdge } from "../model/access-graph.ts";
import type { PodSummary, ServiceAccount } from "../model/kubernetes-objects.ts";
import type { ServiceAccountIn } from "./input.ts";

/** A ServiceAccount that is in the picture. */
export interface DrawnServiceAccount extends ServiceAccountIn {
  /** Of its node. */
  readonly id: string;
  /** As the cluster has it, if it does. */
  readonly found: Known<ServiceAccount | undefined>;
  /** Its pods that run or will. */
  readonly pods: Seen<readonly PodSummary[]>;
}

/** That pods of a workload run as a ServiceAccount. */
export interface Run {
  readonly serviceAccount: DrawnServiceAccount;
  /** As `deployment/name`, or `pod/name` for a pod that none made. */
  readonly workload: string;
  readonly pods: readonly PodSummary[];
  readonly edge: GraphEdge;
}
