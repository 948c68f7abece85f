import type { WayName } from "../../model/way.ts";
import type { SharedRoleFlags } from "../shared/shared-roles.ts";
import type { PlanFlags, ClusterFlags } from "../shared/session/options.ts";

/** The flags of `plan` and `apply` as commander gives them. */
export interface FileFlags extends ClusterFlags, PlanFlags, SharedRoleFlags {
  readonly filename: string[];
  readonly include?: string[];
  readonly exclude?: string[];
  readonly way?: WayName;
  readonly onlyMissing?: boolean;
  readonly set?: string;
  readonly prune?: boolean;
  readonly pruneMax?: string;
  readonly detectDrift?: boolean;
  readonly rolePrefix?: string;
  readonly rolePath?: string;
  readonly overrideExistingServiceaccounts?: boolean;
  readonly leaveExisting?: boolean;
  readonly associateOidc?: boolean;
  readonly allowDefaultServiceAccount?: boolean;
  readonly allowAdministratorPolicy?: boolean;
  readonly wait?: boolean;
}
