import type { PlanFlags, ClusterFlags } from "../shared/session/options.ts";
import type { ServiceAccountFlags } from "../shared/service-account-argument.ts";

/** The flags of `use-sa` as commander gives them. */
export interface UseSaFlags extends ClusterFlags, PlanFlags, ServiceAccountFlags {
  readonly file?: readonly string[];
  readonly inPlace?: boolean;
  /** `undefined`: neither flag was given; the token is verified, but not being permitted to is not an error. */
  readonly wait?: boolean;
  /** Milliseconds, for the rollouts, and again for STS. */
  readonly waitTimeout: number;
}
