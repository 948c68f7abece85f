import type { PolicyArn, RoleArn } from "./arn.ts";
import type { ChangeableRole, GivableRole, NarrowedTrust, WritableTrust } from "./authority.ts";
import type { Tags } from "./iam-objects.ts";
import type { RoleSettings, SettingEdits, SettingName } from "./role-settings.ts";
import type { FromOperator } from "./source.ts";
import type { PolicyDocument } from "./trust-policy/document.ts";

/** What a plan can do to a role and what is attached to it. */
export type RoleChange =
  | CreateRole
  | EditRole
  | DeleteRole
  | AttachPolicy
  | DetachPolicy
  | PutInlinePolicy
  | DeleteInlinePolicy
  | LeaveInstanceProfile;

/** Makes a role, complete but for its policies. */
export interface CreateRole extends RoleSettings {
  readonly kind: "create-role";
  readonly arn: RoleArn;
  readonly trust: WritableTrust;
  readonly description: string;
  readonly tags: Tags;
}

/** Changes attributes of a role; those that are absent stay. */
export type EditRole = ChangeRole | NarrowRole;

/** An edit that may widen what the role's ServiceAccount gets. */
export interface ChangeRole extends SettingEdits {
  readonly kind: "edit-role";
  readonly arn: ChangeableRole;
  readonly trust?: { readonly before: PolicyDocument; readonly after: WritableTrust };
  readonly setTags?: Tags;
  /** The values that `setTags` replaces, for show. */
  readonly tagsBefore?: Tags;
  /** Keys of tags to take off, as the role spells them. */
  readonly unsetTags?: readonly string[];
  readonly observed: string;
}

/** An edit that only takes away: any role may lose a statement or tags that are irsa's. */
interface NarrowRole extends Readonly<Partial<Record<SettingName, never>>> {
  readonly kind: "edit-role";
  readonly arn: RoleArn;
  readonly trust?: { readonly before: PolicyDocument; readonly after: NarrowedTrust };
  readonly unsetTags?: readonly string[];
  readonly setTags?: never;
  readonly tagsBefore?: never;
  readonly observed: string;
}

/** Deletes a role; what is attached to it was removed by changes of its own. */
export interface DeleteRole {
  readonly kind: "delete-role";
  readonly arn: ChangeableRole;
  readonly observed: string;
}

/** What a change of something attached to a role carries about the role itself. */
interface OnRole<Role extends RoleArn> {
  readonly role: Role;
  /**
   * Digest of the role that was observed. Absent where the plan makes or edits the role right before, which looks for
   * itself.
   */
  readonly roleObserved?: string;
}

/** Attaches a managed policy; attaching it again has no effect. */
export interface AttachPolicy extends OnRole<GivableRole> {
  readonly kind: "attach-policy";
  readonly policy: FromOperator<PolicyArn>;
}

/** Detaches a managed policy; the policy stays. */
export interface DetachPolicy extends OnRole<ChangeableRole> {
  readonly kind: "detach-policy";
  readonly policy: PolicyArn;
}

/** Writes an inline policy, in the place of one of that name. */
export interface PutInlinePolicy extends OnRole<GivableRole> {
  readonly kind: "put-inline-policy";
  readonly name: string;
  readonly before?: PolicyDocument;
  readonly after: FromOperator<PolicyDocument>;
  readonly observed: string;
}

/** Deletes an inline policy. */
export interface DeleteInlinePolicy extends OnRole<ChangeableRole> {
  readonly kind: "delete-inline-policy";
  readonly name: string;
  /** What it says, where it was read; apply then stops if it says something else by now. */
  readonly before?: PolicyDocument;
}

/** A role is taken out of an EC2 instance profile; the profile stays. */
export interface LeaveInstanceProfile extends OnRole<ChangeableRole> {
  readonly kind: "leave-instance-profile";
  readonly profile: string;
}
