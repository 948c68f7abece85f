import type { Change } from "../model/change.ts";
import type { EditRole } from "../model/role-change.ts";
import { editedRole } from "../model/edited-role.ts";
import { isAmong } from "../model/is-among.ts";
import type { Role } from "../model/iam-objects.ts";
import { marksAttachment, onlyAttachments, TAG } from "../model/marks.ts";
import { roleDigest } from "../model/observed-digest.ts";
import type { ManagedRole } from "./desired.ts";
import { INLINE_POLICY_NAME, type ObservedRole } from "./observed.ts";
import type { OwnedRole } from "./ownership.ts";

/**
 * The changes that take from a role what irsa gave it and the ask does not name any more. What others attached stays.
 * A mark falls after what it marks, also one whose attachment went before.
 * @param first the edit of the role that goes before, on which a second one builds
 */
export function takeBack(
  { role, attached, inline, owned }: ObservedRole & { readonly owned: OwnedRole },
  wanted: ManagedRole,
  first: EditRole | undefined,
): Change[] {
  if (wanted.exact !== true) return [];
  const marks = role.tags[TAG.attached];
  const stale = attached.filter(
    (policy) => !isAmong(policy, wanted.policies) && marksAttachment(marks, policy),
  );
  const target = { role: owned.arn, ...(first === undefined && { roleObserved: roleDigest(role) }) };
  const unasked = wanted.inline === undefined && inline !== undefined;
  return [
    ...stale.map((policy): Change => ({ kind: "detach-policy", ...target, policy })),
    ...(unasked
      ? [{ kind: "delete-inline-policy", ...target, name: INLINE_POLICY_NAME, before: inline } as const]
      : []),
    ...cutMarks(first === undefined ? role : editedRole(role, first), owned, wanted),
  ];
}

function cutMarks(role: Role, { arn }: OwnedRole, { policies }: ManagedRole): EditRole[] {
  const marks = role.tags[TAG.attached];
  const left = onlyAttachments(marks, policies);
  if (left === marks) return [];
  const edit = left === undefined ? { unsetTags: [TAG.attached] } : { setTags: { [TAG.attached]: left } };
  return [{ kind: "edit-role", arn, ...edit, observed: roleDigest(role) }];
}
