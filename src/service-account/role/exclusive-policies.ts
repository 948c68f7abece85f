import type { PolicyArn } from "../../model/arn.ts";
import { isAmong } from "../../model/is-among.ts";
import type { Role } from "../../model/iam-objects.ts";
import { recordsAttachment, onlyAttachments, onlyInline, TAG } from "../../model/ownership-tags.ts";
import type { ManagedRole } from "../create/desired.ts";
import { onlyAllows } from "./inline-policies.ts";
import type { ObservedRole } from "../create/observed.ts";
import type { RoleAsk } from "./reconcile.ts";

/**
 * What an exact request takes from a role: what irsa attached and the request does not name. What others attached is kept.
 * @param gone the inline policies that are deleted
 */
export function unwantedPolicies(
  observed: ObservedRole,
  wanted: ManagedRole,
  gone: readonly string[],
): Pick<RoleAsk, "detach" | "tagsLeft"> {
  if (wanted.exclusivePolicies !== true) return { detach: [] };
  const detach = observed.attached.filter((policy) => isDetached(observed, wanted, policy));
  const kept = observed.attached.filter((policy) => !detach.includes(policy));
  const left = Object.keys(observed.inline).filter((name) => !gone.includes(name));
  return {
    detach,
    tagsLeft: (tags) => ({
      [TAG.attached]: onlyAttachments(tags[TAG.attached], [...wanted.policies, ...kept]),
      [TAG.inline]: onlyInline(tags[TAG.inline], left),
    }),
  };
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
