import { roleRef } from "./arn.ts";
import { edited, isNotOwnership, tagRows, type Attribute } from "./attributes.ts";
import type { ShownDocument } from "./change-kind-row.ts";
import { TAG } from "./ownership-tags.ts";
import type { CreatePodIdentity, UpdatePodIdentity } from "./pod-identity-change.ts";
import type { PodIdentityAssociation } from "./pod-identity.ts";
import { parsePolicyDocument } from "./trust-policy/parse.ts";

/** What a new association says. */
export function newPodIdentityAttributes(change: CreatePodIdentity): Attribute[] {
  const { role, targetRole, withoutSessionTags, sessionPolicy, tags } = change;
  return [
    ["+", "role", roleRef(role).name],
    ...(targetRole === undefined ? [] : [["+", "target role", targetRole] as const]),
    ...(withoutSessionTags ? [["+", "session tags", "disabled"] as const] : []),
    ...(sessionPolicy === undefined ? [] : [edited("session policy", undefined, sizeOf(sessionPolicy))]),
    ...tagRows(tags),
  ];
}

/** What an edit changes of an association. */
export function podIdentityEdits({
  set,
  unset = {},
  before,
  setTags = {},
  unsetTags = [],
}: UpdatePodIdentity): Attribute[] {
  return [
    ...(set.role === undefined ? [] : [edited("role", before.roleArn, set.role)]),
    ...(set.targetRole === undefined && unset.targetRole === undefined
      ? []
      : [edited("target role", before.targetRoleArn, set.targetRole)]),
    ...(set.withoutSessionTags === undefined
      ? []
      : [edited("session tags", tagState(before.withoutSessionTags), tagState(set.withoutSessionTags))]),
    ...(set.sessionPolicy === undefined && unset.sessionPolicy === undefined
      ? []
      : [edited("session policy", sizeOf(before.policy), sizeOf(set.sessionPolicy))]),
    ...(TAG.managedBy in setTags
      ? [["+", "tags", `ownership tags (${setTags[TAG.origin] ?? ""})`] as const]
      : []),
    ...tagRows(setTags, before.tags),
    ...(unsetTags.length > 0 ? [["-", "tags", "ownership tags"] as const] : []),
  ];
}

/** What an edit changes of an association, in a few words. */
export function podIdentitySummary({ set, unset = {}, setTags = {}, unsetTags }: UpdatePodIdentity): string {
  const isOwnership = unsetTags !== undefined || TAG.managedBy in setTags;
  const facets = [
    ...(set.role === undefined ? [] : ["~ role"]),
    ...(set.targetRole === undefined ? [] : ["~ target role"]),
    ...(unset.targetRole === undefined ? [] : ["- target role"]),
    ...(set.withoutSessionTags === undefined ? [] : ["~ session tags"]),
    ...(set.sessionPolicy === undefined ? [] : ["~ session policy"]),
    ...(unset.sessionPolicy === undefined ? [] : ["- session policy"]),
    ...(isOwnership ? ["~ ownership tags"] : []),
    ...(Object.keys(setTags).some(isNotOwnership) ? ["~ tags"] : []),
  ];
  return `association: ${facets.join(", ")}`;
}

/** Session policies as documents; one that can't be parsed is not shown as one. */
export function policyDocuments(
  before: PodIdentityAssociation["policy"],
  after: string | undefined,
): readonly ShownDocument[] {
  const [was, is] = [before, after].map((text) => {
    const parsed = text === undefined ? undefined : parsePolicyDocument(text, "identity");
    return parsed?.ok === true ? parsed.document : undefined;
  });
  if (was === undefined && is === undefined) return [];
  return [{ ...(was !== undefined && { before: was }), ...(is !== undefined && { after: is }) }];
}

function tagState(without: boolean): string {
  return without ? "disabled" : "enabled";
}

function sizeOf(policy: string | undefined): string | undefined {
  return policy && `${policy.length} characters`;
}
