import type { Change, EditRole } from "../model/change.ts";
import { editedRole } from "../model/edited-role.ts";
import type { Role } from "../model/iam-objects.ts";
import { marksAttachment, onlyAttachments, TAG } from "../model/marks.ts";
import { roleDigest } from "../model/observed-digest.ts";
import type { ManagedRole } from "./desired.ts";
import { INLINE_POLICY_NAME, type ObservedRole } from "./observed.ts";

/**
 * The changes that take from a role what irsa gave it and the ask does not name any more. What others attached stays.
 * A mark falls after what it marks, also one whose attachment went before.
 * @param first the edit of the role that goes before, on which a second one builds
 */
export function takeBack(
  { role, attached, inline }: ObservedRole,
  wanted: ManagedRole,
  first: EditRole | undefined,
): Change[] {
  if (wanted.exact !== true) return [];
  const marks = role.tags[TAG.attached];
  const stale = attached.filter(
    (policy) => !wanted.policies.includes(policy) && marksAttachment(marks, policy),
  );
  const unasked = wanted.inline === undefined && inline !== undefined;
  return [
    ...stale.map((policy): Change => ({ kind: "detach-policy", role: role.arn, policy })),
    ...(unasked
      ? [{ kind: "delete-inline-policy", role: role.arn, name: INLINE_POLICY_NAME, before: inline } as const]
      : []),
    ...cutMarks(first === undefined ? role : editedRole(role, first), wanted),
  ];
}

function cutMarks(role: Role, { policies }: ManagedRole): EditRole[] {
  const marks = role.tags[TAG.attached];
  const left = onlyAttachments(marks, policies);
  if (left === marks) return [];
  const edit = left === undefined ? { unsetTags: [TAG.attached] } : { setTags: { [TAG.attached]: left } };
  return [{ kind: "edit-role", arn: role.arn, ...edit, observed: roleDigest(role) }];
}
