import type { WorkloadRef } from "./kubernetes-objects.ts";
import type { ServiceAccountRef } from "./service-account-ref.ts";

/** Lets the pods of a workload run with another account. */
export interface BindWorkload {
  readonly kind: "bind-workload";
  readonly workload: WorkloadRef;
  readonly account: ServiceAccountRef;
  /** The account's name before; apply stops if it is another by now. */
  readonly before: string;
}

/** Rolls a workload's pods out anew, so that they get what their account has now. */
export interface RestartWorkload {
  readonly kind: "restart-workload";
  readonly workload: WorkloadRef;
  /** The account that its pods run with. */
  readonly account: ServiceAccountRef;
  /** Why, for show: what is wrong with its pods. */
  readonly because: string;
}
