import type { WorkloadRef } from "./kubernetes-objects.ts";
import type { WayName } from "./way.ts";
import type { ServiceAccountRef } from "./service-account-ref.ts";

/** What a plan can do to a workload. */
export type WorkloadChange = BindWorkload | RestartWorkload;

/** Lets the pods of a workload run with another ServiceAccount. */
export interface BindWorkload {
  readonly kind: "bind-workload";
  readonly workload: WorkloadRef;
  readonly serviceAccount: ServiceAccountRef;
  /** The ServiceAccount's name before; apply stops if it is another by now. */
  readonly before: string;
}

/** Rolls a workload's pods out again, so that they get what their ServiceAccount has now. */
export interface RestartWorkload {
  readonly kind: "restart-workload";
  readonly workload: WorkloadRef;
  /** The ServiceAccount that its pods run with. */
  readonly serviceAccount: ServiceAccountRef;
  /** Why, for show: what is wrong with its pods. */
  readonly because: string;
  /** How new pods must get their role before the restart begins: right after a change they may still get it the other way. */
  readonly way?: WayName;
}
