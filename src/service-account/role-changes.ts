import { policyName, type PolicyArn, type RoleArn } from "../model/arn.ts";
import type { Change, CreateRole, EditRole } from "../model/change.ts";
import type { ClusterWithIssuer } from "../model/cluster.ts";
import type { Role, Tags } from "../model/iam-objects.ts";
import { roleMarks, TAG, withAttachments } from "../model/marks.ts";
import { inlineDigest, roleDigest } from "../model/observed-digest.ts";
import { accountPath } from "../model/service-account-ref.ts";
import type { PolicyDocument } from "../model/trust-policy/document.ts";
import { trustPolicy, webIdentityStatement, type Grant } from "../model/trust-policy/grant.ts";
import { sameDocument } from "../model/trust-policy/same.ts";
import type { DesiredAccount, ManagedRole } from "./desired.ts";
import { takeBack } from "./exactness.ts";
import { INLINE_POLICY_NAME, type ObservedRole } from "./observed.ts";
import { assertSafe } from "./trust.ts";

/** The changes that make a role for the account, complete: trust, marks, policies. */
export function createRole(
  arn: RoleArn,
  desired: DesiredAccount & { readonly role: ManagedRole },
  cluster: ClusterWithIssuer,
  grant: Grant,
): Change[] {
  const { role, account } = desired;
  const trust = trustPolicy([webIdentityStatement(grant)]);
  assertSafe(trust, grant);
  const create: CreateRole = {
    kind: "create-role",
    arn,
    trust,
    description: `IRSA role of ${accountPath(account)} in ${cluster.name}`.slice(0, 1000),
    tags: { ...role.tags, ...roleMarks(cluster, account, "created", role.policies), ...setMark(role) },
    ...(role.boundary !== undefined && { boundary: role.boundary }),
    ...(role.maxSessionSeconds !== undefined && { maxSessionSeconds: role.maxSessionSeconds }),
  };
  return [create, ...attachments(arn, role.policies), ...inlineChange(arn, role.inline, undefined)];
}

/**
 * The changes that bring a role of ours in line; nothing is taken from it unless the ask is exact. `trust` is given where
 * it must change.
 */
export function reconcileRole(
  observed: ObservedRole,
  wanted: ManagedRole,
  trust: PolicyDocument | undefined,
): Change[] {
  const { role, attached, inline } = observed;
  const missing = wanted.policies.filter((policy) => !attached.includes(policy));
  const edit = editRole(role, wanted, trust, missing);
  return [
    ...(edit === undefined ? [] : [edit]),
    ...attachments(role.arn, missing),
    ...inlineChange(role.arn, wanted.inline, inline),
    ...takeBack(observed, wanted, edit),
  ];
}

function editRole(
  role: Role,
  wanted: ManagedRole,
  trust: PolicyDocument | undefined,
  missing: readonly PolicyArn[],
): EditRole | undefined {
  const setTags = changedTags(role, wanted, missing);
  const facets = {
    ...(trust !== undefined && { trust: { before: role.trust, after: trust } }),
    ...(wanted.boundary !== undefined &&
      wanted.boundary !== role.boundary && {
        boundary: { ...(role.boundary !== undefined && { before: role.boundary }), after: wanted.boundary },
      }),
    ...(wanted.maxSessionSeconds !== undefined &&
      wanted.maxSessionSeconds !== role.maxSessionSeconds && {
        maxSessionSeconds: { before: role.maxSessionSeconds, after: wanted.maxSessionSeconds },
      }),
    ...(Object.keys(setTags).length > 0 && { setTags }),
  };
  if (Object.keys(facets).length === 0) return undefined;
  return { kind: "edit-role", arn: role.arn, ...facets, observed: roleDigest(role) };
}

function changedTags(role: Role, wanted: ManagedRole, missing: readonly PolicyArn[]): Tags {
  const attachedTag = withAttachments(role.tags[TAG.attached], missing);
  const all = {
    ...wanted.tags,
    ...(missing.length > 0 && { [TAG.attached]: attachedTag }),
    ...(role.tags[TAG.origin] === "created" && setMark(wanted)),
  };
  return Object.fromEntries(Object.entries(all).filter(([key, value]) => role.tags[key] !== value));
}

function setMark({ set }: ManagedRole): Tags {
  return set === undefined ? {} : { [TAG.set]: set };
}

/** The plan for a role that is not ours to keep: its trust alone. */
export function editTrust(role: Role, after: PolicyDocument): EditRole {
  return {
    kind: "edit-role",
    arn: role.arn,
    trust: { before: role.trust, after },
    observed: roleDigest(role),
  };
}

/** What a role lacks of the ask, in words; empty when it has everything. */
export function lacks(
  { role, attached, inline }: ObservedRole,
  wanted: ManagedRole,
): (readonly [string, string])[] {
  const list: (readonly [string, string])[] = wanted.policies
    .filter((policy) => !attached.includes(policy))
    .map((policy) => ["not attached", policyName(policy)] as const);
  if (wanted.inline !== undefined && (inline === undefined || !sameDocument(inline, wanted.inline))) {
    list.push(["inline policy", `${INLINE_POLICY_NAME} is ${inline === undefined ? "missing" : "another"}`]);
  }
  if (wanted.boundary !== undefined && wanted.boundary !== role.boundary) {
    list.push(["boundary", `${role.boundary ?? "none"}, asked for ${wanted.boundary}`]);
  }
  if (wanted.maxSessionSeconds !== undefined && wanted.maxSessionSeconds !== role.maxSessionSeconds) {
    list.push(["session", `${role.maxSessionSeconds} s, asked for ${wanted.maxSessionSeconds} s`]);
  }
  for (const [key, value] of Object.entries(wanted.tags)) {
    if (role.tags[key] !== value) list.push(["tag", `${key}=${role.tags[key] ?? ""}, asked for ${value}`]);
  }
  return list;
}

function attachments(role: RoleArn, policies: readonly PolicyArn[]): Change[] {
  return policies.map((policy) => ({ kind: "attach-policy", role, policy }));
}

function inlineChange(
  role: RoleArn,
  wanted: PolicyDocument | undefined,
  found: PolicyDocument | undefined,
): Change[] {
  if (wanted === undefined || (found !== undefined && sameDocument(found, wanted))) return [];
  return [
    {
      kind: "put-inline-policy",
      role,
      name: INLINE_POLICY_NAME,
      ...(found !== undefined && { before: found }),
      after: wanted,
      observed: inlineDigest(found),
    },
  ];
}
