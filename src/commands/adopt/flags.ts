import type { PlanFlags, ClusterFlags } from "../shared/session/options.ts";
import type { ServiceAccountFlags } from "../shared/service-account-argument.ts";

/** The flags of `adopt` as commander gives them. */
export interface AdoptFlags extends ClusterFlags, PlanFlags, ServiceAccountFlags {
  readonly all?: boolean;
  readonly releaseStacks?: boolean;
  readonly restrictTrust?: boolean;
  readonly disableSessionTags?: boolean;
  readonly roleName?: string;
  readonly rolePrefix?: string;
  /** `undefined`: neither flag was given; the token is verified, but not being permitted to is not an error. */
  readonly wait?: boolean;
  readonly waitTimeout: number;
}
