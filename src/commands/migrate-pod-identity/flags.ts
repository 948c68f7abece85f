import type { ClusterFlags, PlanFlags } from "../shared/session/options.ts";

/** The flags of `migrate-pod-identity` as commander gives them. */
export interface MigratePodIdentityFlags extends ClusterFlags, PlanFlags {
  readonly all?: boolean;
  readonly back?: boolean;
  readonly restart?: boolean;
  readonly finish?: boolean;
  readonly sdkFiles?: readonly string[];
}
