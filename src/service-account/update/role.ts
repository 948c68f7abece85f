import { policyName, type PolicyArn } from "../../model/arn.ts";
import type { GivableRole, WritableTrust } from "../../model/authority.ts";
import type { Change } from "../../model/change.ts";
import { isAmong } from "../../model/is-among.ts";
import type { InlinePolicies, Role, Tags } from "../../model/iam-objects.ts";
import {
  recordsAttachment,
  onlyAttachments,
  onlyInline,
  TAG,
  withoutAttachments,
} from "../../model/ownership-tags.ts";
import type { Note } from "../../model/plan.ts";
import { settingsOf } from "../../model/role-settings.ts";
import type { PolicyDocument } from "../../model/trust-policy/document.ts";
import { INLINE_POLICY_NAME, type ObservedRole } from "../create/observed.ts";
import { inlineEdit, inlineLacks, isTaken, type InlineEdit } from "../role/inline-policies.ts";
import type { OwnedRole } from "../role/ownership.ts";
import { expectNoEngine } from "../role/left-to-engine.ts";
import { reconcileRole } from "../role/reconcile.ts";
import type { Holder } from "../role/holder.ts";
import { givableRole } from "../role/sharing.ts";
import type { DesiredUpdate } from "./desired.ts";

/** The requested changes of the role. */
export function updateRole(
  desired: DesiredUpdate,
  observed: ObservedRole & { readonly owned: OwnedRole },
  holder: Holder,
  trust?: WritableTrust,
): { readonly changes: readonly Change[]; readonly notes: readonly Note[] } {
  const { role, attached, owned } = observed;
  const { idle, ...policies } = attachmentEdits(desired, attached);
  const inline = inlineEditOf(desired, observed);
  const give = (): GivableRole => givableRole(owned.arn, role, holder, desired);
  const { attach, detach } = policies;
  const changes = reconcileRole(
    { ...observed, give },
    {
      trust,
      settings: settingsOf(desired),
      setTags: desired.setTags,
      unsetTags: desired.unsetTags,
      ...policies,
      inline,
      tagsLeft: (tags) => ({
        [TAG.attached]: hashesLeft(desired, tags, [...detach, ...idle]),
        [TAG.inline]: inlineHashesLeft(tags, observed, inline.remove),
      }),
    },
  );
  return {
    changes: expectNoEngine(role, changes, desired),
    notes: [
      ...idle.map(notAttached),
      ...othersNote(role, detach),
      ...inlineNotes(desired, observed),
      ...noneLeftNote(desired, attached.length + attach.length - detach.length, detach),
    ],
  };
}

/** Inline policies may be left: they are not looked at unless one is to be changed. */
function noneLeftNote({ inline }: DesiredUpdate, left: number, removed: readonly PolicyArn[]): Note[] {
  const given = inline !== undefined && "set" in inline;
  if (given || left > 0 || removed.length === 0) return [];
  const message =
    "no managed policies are left on the role: its pods only have the permissions of its inline policies, if it has any";
  return [{ level: "warning", code: "no-policy-left", message }];
}

/** `idle`: to be removed, but not attached. */
function attachmentEdits({ policies }: DesiredUpdate, attached: readonly PolicyArn[]) {
  const isAttached = (policy: PolicyArn): boolean => attached.includes(policy);
  if (policies.kind === "exactly") {
    const detach = attached.filter((policy) => !isAmong(policy, policies.policies));
    return { attach: policies.policies.filter((policy) => !isAttached(policy)), detach, idle: [] };
  }
  return {
    attach: policies.add.filter((policy) => !isAttached(policy)),
    detach: policies.remove.filter(isAttached),
    idle: policies.remove.filter((policy) => !isAttached(policy)),
  };
}

/** An interrupted run may have left entries for what is detached already: they are removed too. */
function hashesLeft({ policies }: DesiredUpdate, tags: Tags, gone: readonly PolicyArn[]): string | undefined {
  const now = tags[TAG.attached];
  return policies.kind === "exactly"
    ? onlyAttachments(now, policies.policies)
    : withoutAttachments(now, gone);
}

function inlineEditOf({ inline }: DesiredUpdate, observed: ObservedRole): InlineEdit {
  if (inline === undefined) return { remove: [] };
  if ("set" in inline) return inlineEdit(observed, inline.set, false);
  const { own, names } = inline.remove;
  const goes = ([name, document]: readonly [string, PolicyDocument]): boolean =>
    names.includes(name) || (own && isTaken(observed.role, name, document));
  return {
    remove: Object.entries(observed.inline)
      .filter(goes)
      .map(([name]) => name),
  };
}

function inlineHashesLeft(tags: Tags, { inline }: ObservedRole, gone: readonly string[]): string | undefined {
  const left = Object.keys(inline).filter((name) => !gone.includes(name));
  return gone.length === 0 ? tags[TAG.inline] : onlyInline(tags[TAG.inline], left);
}

/** What a removal does not find, what it takes of others, and what it leaves for want of a name. */
function inlineNotes({ inline: asked }: DesiredUpdate, { role, inline }: ObservedRole): Note[] {
  if (asked === undefined) return [];
  if ("set" in asked) return saidNotes(asked.set, inline);
  const { own, names } = asked.remove;
  const there = Object.keys(inline);
  const missing = names.filter((name) => !there.includes(name));
  const others = Object.entries(inline)
    .filter(([name, document]) => !isTaken(role, name, document))
    .map(([name]) => name);
  const [taken, left] = [
    others.filter((name) => names.includes(name)),
    others.filter((name) => !names.includes(name)),
  ];
  return [
    ...missing.map((name) => warning("no-inline-policy", `inline policy '${name}' not found`)),
    ...(taken.length === 0
      ? []
      : [warning("deletes-others", `not created by irsa, deleted as requested: ${taken.join(", ")}`)]),
    ...(!own || left.length === 0
      ? []
      : [
          warning(
            "inline-stays",
            `not created by irsa, unchanged: ${left.join(", ")}; to delete one: --remove-inline-policy NAME`,
          ),
        ]),
  ];
}

/** Where all that is asked for is said by another policy than irsa's own, that is told. */
function saidNotes(asked: PolicyDocument, { [INLINE_POLICY_NAME]: own, ...others }: InlinePolicies): Note[] {
  const saying = Object.keys(others).filter((name) => {
    const document = others[name];
    return document !== undefined && inlineLacks({ [name]: document }, asked) === 0;
  });
  if (own !== undefined || saying.length === 0) return [];
  const message = `inline policy ${saying.join(", ")} already allows that`;
  return [{ level: "info", code: "inline-said", message }];
}

function warning(code: string, message: string): Note {
  return { level: "warning", code, message };
}

function notAttached(policy: PolicyArn): Note {
  return { level: "warning", code: "not-attached", message: `${policyName(policy)} is not attached` };
}

function othersNote({ tags }: Role, remove: readonly PolicyArn[]): Note[] {
  const others = remove.filter((policy) => !recordsAttachment(tags[TAG.attached], policy));
  if (others.length === 0) return [];
  const message = `not attached by irsa, but detached: ${others.map(policyName).join(", ")}`;
  return [{ level: "warning", code: "detaches-others", message }];
}
