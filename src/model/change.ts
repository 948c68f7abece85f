import type { AddonChange } from "./addon-change.ts";
import type { PodIdentityChange } from "./pod-identity-change.ts";
import type { ProviderChange } from "./provider-change.ts";
import type { RoleChange } from "./role-change.ts";
import type { ServiceAccountChange } from "./service-account-change.ts";
import type { StackChange } from "./stack-change.ts";
import type { WorkloadChange } from "./workload-change.ts";

/**
 * One thing that apply will do. A change is an edit, not a document: an edit of something that exists carries the
 * digest of what was observed, and apply re-reads the target and stops if it is no longer that. What is known of each
 * kind is in one table: `CHANGE_KINDS` of change-kinds.ts.
 */
export type Change =
  | ProviderChange
  | RoleChange
  | StackChange
  | AddonChange
  | PodIdentityChange
  | ServiceAccountChange
  | WorkloadChange;

/** What a change does, as `create-role`. */
export type ChangeKind = Change["kind"];

/** The changes of one kind. */
export type ChangeOf<Kind extends ChangeKind> = Extract<Change, { readonly kind: Kind }>;
