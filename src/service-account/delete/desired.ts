import type { RoleName } from "../../model/role-name.ts";
import type { ServiceAccountRef } from "../../model/service-account-ref.ts";
import type { FromOperator } from "../../model/source.ts";
import type { EngineTerms } from "../role/left-to-engine.ts";

/** How much of a ServiceAccount is to go. */
export interface DesiredRemoval extends EngineTerms {
  readonly serviceAccount: ServiceAccountRef;
  /** The role, asked for by name (`--role-name`). */
  readonly roleName?: FromOperator<RoleName>;
  /** The target role of its association, asked for by name (`--target-role-name`). */
  readonly targetRoleName?: FromOperator<RoleName>;
  /** The one role to look at, found by its tags (`--prune`): its name is AWS's word, not the operator's. */
  readonly foundRole?: string;
  readonly keepRole: boolean;
  readonly keepServiceAccount: boolean;
  /** Delete an adopted role too (`--delete-adopted-role`). */
  readonly deleteAdopted: boolean;
  /** Our statement goes from a role that stays and that we did not make (`--remove-trust`). */
  readonly removeTrust: boolean;
}

/**
 * What is done with the role or the ServiceAccount: `deleted`; `released`: kept, without what irsa added; `kept`:
 * unchanged; `absent`: it does not exist.
 */
export type Fate = "deleted" | "released" | "kept" | "absent";

/**
 * When pods that run with the role lose their credentials: immediately (the role is deleted), when their session is
 * renewed (the role no longer trusts them), when their token expires (no ServiceAccount to renew it for), or only when
 * they restart (nothing injects the role).
 */
export type Loss = "at-once" | "at-renewal" | "at-token-end" | "restart" | "never";
