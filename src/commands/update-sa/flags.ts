import type { PlanFlags, ClusterFlags } from "../shared/session/options.ts";
import type { SettingFlags } from "../shared/role-settings.ts";
import type { ServiceAccountFlags } from "../shared/service-account-argument.ts";
import type { EngineFlags, SharedRoleFlags } from "../shared/shared-roles.ts";

/** The flags of `update-sa` as commander gives them. */
export interface UpdateSaFlags
  extends ClusterFlags, PlanFlags, SettingFlags, SharedRoleFlags, EngineFlags, ServiceAccountFlags {
  readonly roleName?: string;
  readonly rolePrefix?: string;
  readonly addPolicyArn?: string[];
  readonly removePolicyArn?: string[];
  readonly setPolicyArn?: string[];
  readonly policyFile?: string;
  readonly removeInlinePolicy?: string[];
  readonly removePermissionsBoundary?: boolean;
  readonly targetRoleArn?: string;
  readonly removeTargetRole?: boolean;
  readonly disableSessionTags?: boolean;
  readonly sessionPolicyFile?: string;
  readonly removeSessionPolicy?: boolean;
  readonly tag?: string[];
  readonly removeTag?: string[];
  readonly label?: string[];
  readonly removeLabel?: string[];
  readonly allowAdministratorPolicy?: boolean;
}
