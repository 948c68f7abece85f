import type { Source } from "../../config/read-yaml.ts";
import type { WayName } from "../../model/way.ts";
import type { EngineFlags, SharedRoleFlags } from "../shared/shared-roles.ts";
import type { TargetsFlags } from "../shared/targets/options.ts";
import type { PlanFlags, ClusterFlags } from "../shared/session/options.ts";

/** The flags of `plan` and `apply` as commander gives them. */
export interface FileFlags
  extends ClusterFlags, Omit<PlanFlags, "output">, SharedRoleFlags, EngineFlags, TargetsFlags {
  /** `markdown` for `plan` alone. */
  readonly output: PlanFlags["output"] | "markdown";
  readonly filename: readonly string[];
  /** No flag of the user's: ClusterConfigs that a program has, and no file. */
  readonly sources?: readonly Source[];
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
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
