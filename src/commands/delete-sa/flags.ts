import type { PlanFlags, ClusterFlags } from "../shared/session/options.ts";
import type { EngineFlags } from "../shared/shared-roles.ts";
import type { ServiceAccountFlags } from "../shared/service-account-argument.ts";

/** The flags of `delete-sa` as commander gives them. */
export interface DeleteSaFlags extends ClusterFlags, PlanFlags, EngineFlags, ServiceAccountFlags {
  readonly roleName?: string;
  readonly rolePrefix?: string;
  readonly roleProfile?: string;
  readonly targetProfile?: string;
  readonly targetRoleName?: string;
  readonly keepRole?: boolean;
  readonly keepServiceAccount?: boolean;
  readonly deleteAdoptedRole?: boolean;
  readonly removeTrust?: boolean;
}
