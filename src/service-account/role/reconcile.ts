import type { PolicyArn } from "../../model/arn.ts";
import type { ChangeableRole, GivableRole, WritableTrust } from "../../model/authority.ts";
import type { Change } from "../../model/change.ts";
import { editedRole, tagEdit, tagsSet } from "../../model/edited-role.ts";
import type { Role, Tags } from "../../model/iam-objects.ts";
import { roleDigest } from "../../model/observed-digest.ts";
import { TAG, withAttachments } from "../../model/ownership-tags.ts";
import type { AttachPolicy, ChangeRole, EditRole } from "../../model/role-change.ts";
import { settingEdits, type AskedSettings } from "../../model/role-settings.ts";
import type { FromOperator } from "../../model/source.ts";
import type { ObservedRole } from "../create/observed.ts";
import { inlineChanges, type InlineEdit } from "./inline-policies.ts";
import type { OwnedRole } from "./ownership.ts";

/** IAM's quota of managed policies a role, unless it was raised. Source: "IAM and AWS STS quotas". */
const USUAL_ATTACHMENTS = 10;

/** A role of irsa's that is to be brought in line, and the proof of that. */
export interface Reconciled extends ObservedRole {
  readonly owned: OwnedRole;
  /** Lets the role be given something. @throws Failure `role-unnamed`, `role-shared` */
  readonly give: () => GivableRole;
  /** Stops where anything would be written that is asked for, be it a tag. @throws Failure `role-unnamed` */
  readonly expectNamed?: () => void;
}

/** What a role is to become; what is not named stays. */
export interface RoleAsk {
  readonly trust?: WritableTrust | undefined;
  readonly settings: AskedSettings;
  readonly setTags: Tags;
  readonly unsetTags: readonly string[];
  /** The managed policies that are not attached yet. */
  readonly attach: readonly FromOperator<PolicyArn>[];
  /** Those that are. */
  readonly detach: readonly PolicyArn[];
  readonly inline: InlineEdit;
  /** The ownership tags of policies that are left in the end, by what they are once those of `attach` are set. */
  readonly tagsLeft?: (tags: Tags) => Readonly<Record<string, string | undefined>>;
}

/**
 * The changes that bring a role of irsa's in line with an ask. What is given is given before anything is taken, so that no
 * pod is without both, unless the role has no room for that. Ownership tags stand before what they are about, and go after it.
 */
export function reconcileRole(observed: Reconciled, ask: RoleAsk): Change[] {
  const { role, attached, owned, give } = observed;
  const [first] = firstEdit(observed, ask);
  const edited = first === undefined ? role : editedRole(role, first);
  const attach = ask.attach.map((policy): AttachPolicy => ({ kind: "attach-policy", role: give(), policy }));
  const detach = ask.detach.map((policy) => ({ kind: "detach-policy", role: owned.arn, policy }) as const);
  const { given, taken, hasRoom } = inlineChanges(observed, ask.inline, { arn: owned.arn, give });
  const isRoomy = attached.length + attach.length <= USUAL_ATTACHMENTS;
  const looked = first === undefined ? { roleObserved: roleDigest(role) } : {};
  const policies = [
    ...(isRoomy ? attach : [...detach, ...attach]),
    ...(hasRoom ? given : [...taken, ...given]),
    ...(isRoomy ? detach : []),
    ...(hasRoom ? taken : []),
  ];
  return [
    ...(first === undefined ? [] : [first]),
    ...policies.map((change) => ({ ...change, ...looked })),
    ...roleEdit(owned.arn, edited, tagEdit(edited, ask.tagsLeft?.(edited.tags) ?? {})),
  ];
}

function firstEdit({ role, owned, give, expectNamed }: Reconciled, ask: RoleAsk): EditRole[] {
  const { trust, settings, unsetTags } = ask;
  const unwanted = new Set(unsetTags.map((key) => key.toLowerCase()));
  const unset = Object.keys(role.tags).filter((key) => unwanted.has(key.toLowerCase()));
  const edit = roleEdit(owned.arn, role, {
    ...(trust !== undefined && { trust: { before: role.trust, after: trust } }),
    ...settingEdits(role, settings, give),
    ...tagsSet(role, differingTags(role, ask)),
    ...(unset.length > 0 && { unsetTags: unset }),
  });
  if (edit.length > 0) expectNamed?.();
  return edit;
}

function differingTags({ tags }: Role, { setTags, attach }: RoleAsk): Tags {
  const ownershipTags =
    attach.length === 0 ? {} : { [TAG.attached]: withAttachments(tags[TAG.attached], attach) };
  const wanted = Object.entries({ ...setTags, ...ownershipTags });
  return Object.fromEntries(wanted.filter(([key, value]) => tags[key] !== value));
}

/** The edit of a role's own attributes; none where none of them is to change. */
export function roleEdit(
  arn: ChangeableRole,
  role: Role,
  attributes: Omit<ChangeRole, "kind" | "arn" | "observed">,
): EditRole[] {
  if (Object.keys(attributes).length === 0) return [];
  return [{ kind: "edit-role", arn, ...attributes, observed: roleDigest(role) }];
}
