import type { GraphEdge } from "../model/access-graph.ts";
import type { PodGlance, ServiceAccount } from "../model/kubernetes-objects.ts";
import type { AccountAt } from "./scene.ts";

/** An account that is in the picture. */
export interface DrawnAccount extends AccountAt {
  /** Of its node. */
  readonly id: string;
  /** As the cluster has it; `missing` if it does not, `undefined` if the accounts could not be read. */
  readonly found: ServiceAccount | "missing" | undefined;
  /** Its pods that run or will; `undefined` if they could not be read. */
  readonly pods: readonly PodGlance[] | undefined;
}

/** That pods of a workload run as an account. */
export interface Run {
  readonly account: DrawnAccount;
  /** As `deployment/name`, or `pod/name` for a pod that none made. */
  readonly workload: string;
  readonly pods: readonly PodGlance[];
  readonly edge: GraphEdge;
}
