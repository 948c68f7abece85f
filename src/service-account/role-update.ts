import { policyName, type PolicyArn } from "../model/arn.ts";
import type { GivableRole } from "../model/authority.ts";
import { boundaryEdit } from "../model/boundary-edit.ts";
import type { Change } from "../model/change.ts";
import type { ChangeRole, DeleteInlinePolicy, EditRole, PutInlinePolicy } from "../model/role-change.ts";
import { editedRole } from "../model/edited-role.ts";
import { isAmong } from "../model/is-among.ts";
import type { Role, Tags } from "../model/iam-objects.ts";
import {
  marksAttachment,
  onlyAttachments,
  TAG,
  withAttachments,
  withoutAttachments,
} from "../model/marks.ts";
import { inlineDigest, roleDigest } from "../model/observed-digest.ts";
import type { Note } from "../model/plan.ts";
import type { Grant } from "../model/trust-policy/grant.ts";
import { sameDocument } from "../model/trust-policy/same.ts";
import { INLINE_POLICY_NAME, type ObservedRole } from "./observed.ts";
import type { OwnedRole } from "./ownership.ts";
import { givableRole } from "./sharing.ts";
import type { DesiredUpdate } from "./update.ts";

/** IAM's quota of managed policies a role, unless it was raised. Source: "IAM and AWS STS quotas". */
const USUAL_ATTACHMENTS = 10;

/**
 * The changes of the role that were asked for by name. What is given is given before anything is taken, so that no pod
 * is without both, unless the role has no room for that. Marks stand before what they mark, and fall after it.
 */
export function updateRole(
  desired: DesiredUpdate,
  observed: ObservedRole & { readonly owned: OwnedRole },
  grant: Grant,
): { readonly changes: readonly Change[]; readonly notes: readonly Note[] } {
  const { role, attached, owned } = observed;
  const give = (): GivableRole => givableRole(owned.arn, role, grant, desired);
  const { add, remove, idle } = attachmentEdits(desired, attached);
  const first = editOf(owned, role, facets(desired, role, add, give));
  const marked = first === undefined ? role : editedRole(role, first);
  const last = editOf(owned, marked, remark(marked, marksLeft(desired, marked, [...remove, ...idle])));
  const looked = first === undefined ? { roleObserved: roleDigest(role) } : {};
  const given = add.map((policy): Change => ({ kind: "attach-policy", role: give(), policy, ...looked }));
  const taken = remove.map((policy): Change => ({
    kind: "detach-policy",
    role: owned.arn,
    policy,
    ...looked,
  }));
  const inline = inlineEdit(desired, observed, give).map((change): Change => ({ ...change, ...looked }));
  const roomy = attached.length + add.length <= USUAL_ATTACHMENTS;
  return {
    changes: [
      ...(first === undefined ? [] : [first]),
      ...(roomy ? [...given, ...inline, ...taken] : [...taken, ...given, ...inline]),
      ...(last === undefined ? [] : [last]),
    ],
    notes: [
      ...idle.map(notAttached),
      ...othersNote(role, remove),
      ...noneLeftNote(desired, attached.length + add.length - remove.length, remove),
    ],
  };
}

/** Inline policies may be left: they are not looked at unless one is to be changed. */
function noneLeftNote({ inline }: DesiredUpdate, left: number, removed: readonly PolicyArn[]): Note[] {
  const given = inline !== undefined && inline !== "remove";
  if (given || left > 0 || removed.length === 0) return [];
  const message =
    "no managed policy is left on the role: its pods may do what an inline policy of it allows, if it has one, and nothing else";
  return [{ level: "warning", code: "no-policy-left", message }];
}

/** `idle`: to be removed, but not attached. */
function attachmentEdits({ policies }: DesiredUpdate, attached: readonly PolicyArn[]) {
  const isAttached = (policy: PolicyArn): boolean => attached.includes(policy);
  if (policies.kind === "exactly") {
    const remove = attached.filter((policy) => !isAmong(policy, policies.policies));
    return { add: policies.policies.filter((policy) => !isAttached(policy)), remove, idle: [] };
  }
  return {
    add: policies.add.filter((policy) => !isAttached(policy)),
    remove: policies.remove.filter(isAttached),
    idle: policies.remove.filter((policy) => !isAttached(policy)),
  };
}

/** What an update may change of the role itself. */
type Facets = Omit<ChangeRole, "kind" | "arn" | "observed" | "trust">;

function editOf({ arn }: OwnedRole, role: Role, edit: Facets): EditRole | undefined {
  if (Object.keys(edit).length === 0) return undefined;
  return { kind: "edit-role", arn, ...edit, observed: roleDigest(role) };
}

function facets(
  desired: DesiredUpdate,
  role: Role,
  add: readonly PolicyArn[],
  give: () => GivableRole,
): Facets {
  const { boundary, maxSessionSeconds: seconds } = desired;
  const marks = add.length === 0 ? {} : { [TAG.attached]: withAttachments(role.tags[TAG.attached], add) };
  const setTags = differing({ ...desired.setTags, ...marks }, role.tags);
  const unwanted = new Set(desired.unsetTags.map((key) => key.toLowerCase()));
  const unsetTags = Object.keys(role.tags).filter((key) => unwanted.has(key.toLowerCase()));
  return {
    ...(boundary !== undefined &&
      ("remove" in boundary ? undefined : boundary.set) !== role.boundary && {
        boundary: boundaryEdit(give(), role.boundary, boundary),
      }),
    ...(seconds !== undefined &&
      seconds !== role.maxSessionSeconds && {
        maxSessionSeconds: { before: role.maxSessionSeconds, after: seconds },
      }),
    ...(Object.keys(setTags).length > 0 && { setTags }),
    ...(unsetTags.length > 0 && { unsetTags }),
  };
}

function differing(wanted: Tags, found: Tags): Tags {
  return Object.fromEntries(Object.entries(wanted).filter(([key, value]) => found[key] !== value));
}

/** A run that was interrupted may have left marks of what is detached already: they fall too. */
function marksLeft(
  { policies }: DesiredUpdate,
  { tags }: Role,
  gone: readonly PolicyArn[],
): string | undefined {
  const now = tags[TAG.attached];
  return policies.kind === "exactly"
    ? onlyAttachments(now, policies.policies)
    : withoutAttachments(now, gone);
}

function remark({ tags }: Role, left: string | undefined): Facets {
  if (left === tags[TAG.attached]) return {};
  return left === undefined ? { unsetTags: [TAG.attached] } : { setTags: { [TAG.attached]: left } };
}

type InlineEdit = PutInlinePolicy | DeleteInlinePolicy;

function inlineEdit(
  { inline }: DesiredUpdate,
  { inline: found, owned }: ObservedRole & { readonly owned: OwnedRole },
  give: () => GivableRole,
): InlineEdit[] {
  const name = INLINE_POLICY_NAME;
  if (inline === undefined) return [];
  if (inline === "remove")
    return found === undefined
      ? []
      : [{ kind: "delete-inline-policy", role: owned.arn, name, before: found }];
  if (found !== undefined && sameDocument(found, inline.set)) return [];
  return [
    {
      kind: "put-inline-policy",
      role: give(),
      name,
      ...(found !== undefined && { before: found }),
      after: inline.set,
      observed: inlineDigest(found),
    },
  ];
}

function notAttached(policy: PolicyArn): Note {
  return { level: "warning", code: "not-attached", message: `${policyName(policy)} is not attached` };
}

function othersNote({ tags }: Role, remove: readonly PolicyArn[]): Note[] {
  const others = remove.filter((policy) => !marksAttachment(tags[TAG.attached], policy));
  if (others.length === 0) return [];
  const message = `not attached by irsa, and detached all the same: ${others.map(policyName).join(", ")}`;
  return [{ level: "warning", code: "detaches-others", message }];
}
