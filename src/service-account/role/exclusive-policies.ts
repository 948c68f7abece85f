import type { PolicyArn } from "../../model/arn.ts";
import type { Change } from "../../model/change.ts";
import type { DeleteInlinePolicy, EditRole } from "../../model/role-change.ts";
import { editedRole, tagEdit } from "../../model/edited-role.ts";
import { isAmong } from "../../model/is-among.ts";
import type { Role } from "../../model/iam-objects.ts";
import { recordsAttachment, onlyAttachments, onlyInline, TAG } from "../../model/ownership-tags.ts";
import { roleDigest } from "../../model/observed-digest.ts";
import type { ManagedRole } from "../create/desired.ts";
import { onlyAllows } from "./inline-policies.ts";
import type { ObservedRole } from "../create/observed.ts";
import type { OwnedRole } from "./ownership.ts";

/** What goes before, on which the taking back builds. */
interface Before {
  /** The edit of the role. */
  readonly first: EditRole | undefined;
  /** What is still to go of the inline policies. */
  readonly inline: readonly DeleteInlinePolicy[];
  /** The names of all inline policies that go. */
  readonly gone: readonly string[];
}

/**
 * The changes that detach from a role what irsa attached and the request does not name. What others attached is kept. A
 * tag entry is removed after what it records, also if that was detached before.
 */
export function detachUnwanted(
  observed: ObservedRole & { readonly owned: OwnedRole },
  wanted: ManagedRole,
  { first, inline, gone }: Before,
): Change[] {
  const { role, attached, owned } = observed;
  const looked = first === undefined ? { roleObserved: roleDigest(role) } : {};
  const going = inline.map((change): Change => ({ ...change, ...looked }));
  if (wanted.exclusivePolicies !== true) return going;
  const stale = attached.filter((policy) => isDetached(observed, wanted, policy));
  const kept = attached.filter((policy) => !stale.includes(policy));
  const left = Object.keys(observed.inline).filter((name) => !gone.includes(name));
  const edited = first === undefined ? role : editedRole(role, first);
  return [
    ...stale.map((policy): Change => ({ kind: "detach-policy", role: owned.arn, policy, ...looked })),
    ...going,
    ...withoutHashes(edited, owned, {
      [TAG.attached]: onlyAttachments(edited.tags[TAG.attached], [...wanted.policies, ...kept]),
      [TAG.inline]: onlyInline(edited.tags[TAG.inline], left),
    }),
  ];
}

/**
 * True if an exclusive request detaches the policy: the tag records it, and it is not requested. Anyone who can tag can
 * forge an entry: what denies something is kept.
 */
export function isDetached(
  { role, recorded }: ObservedRole,
  { policies, exclusivePolicies }: ManagedRole,
  policy: PolicyArn,
): boolean {
  if (exclusivePolicies !== true || !isStale(role, policies, policy)) return false;
  const document = recorded?.get(policy);
  return document !== undefined && onlyAllows(document);
}

/** True if the tag records the policy and it is not requested. */
export function isStale({ tags }: Role, asked: readonly PolicyArn[], policy: PolicyArn): boolean {
  return !isAmong(policy, asked) && recordsAttachment(tags[TAG.attached], policy);
}

/** One edit for both tags. */
function withoutHashes(
  role: Role,
  { arn }: OwnedRole,
  left: Readonly<Record<string, string | undefined>>,
): EditRole[] {
  const edit = tagEdit(role, left);
  if (Object.keys(edit).length === 0) return [];
  return [{ kind: "edit-role", arn, ...edit, observed: roleDigest(role) }];
}
