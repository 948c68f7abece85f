import { policyName, type PolicyArn, type RoleArn } from "../../model/arn.ts";
import {
  createdRole,
  type ChangeableRole,
  type GivableRole,
  type WritableTrust,
} from "../../model/authority.ts";
import { boundaryEdit } from "../../model/boundary-edit.ts";
import type { Change } from "../../model/change.ts";
import { tagsSet } from "../../model/edited-role.ts";
import type { AttachPolicy, CreateRole, EditRole, PutInlinePolicy } from "../../model/role-change.ts";
import type { ClusterWithIssuer } from "../../model/cluster.ts";
import type { Role, Tags } from "../../model/iam-objects.ts";
import { roleOwnershipTags, TAG, withAttachments } from "../../model/ownership-tags.ts";
import { inlineDigest, roleDigest } from "../../model/observed-digest.ts";
import { serviceAccountPath } from "../../model/service-account-ref.ts";
import type { FromOperator } from "../../model/source.ts";
import type { PolicyDocument } from "../../model/trust-policy/document.ts";
import type { DesiredServiceAccount, ManagedRole } from "../create/desired.ts";
import { detachUnwanted } from "./exclusive-policies.ts";
import { inlineChanges, inlineEdit, inlineLacks } from "./inline-policies.ts";
import { INLINE_POLICY_NAME, type ObservedRole } from "../create/observed.ts";
import type { OwnedRole } from "./ownership.ts";
import { newTrust, type WritableGrant } from "./write-trust.ts";

/** The changes that create a role for the ServiceAccount: trust policy, ownership tags, policies. */
export function createRole(
  arn: RoleArn,
  desired: DesiredServiceAccount & { readonly role: ManagedRole },
  cluster: ClusterWithIssuer,
  grant: WritableGrant,
): Change[] {
  const { role, serviceAccount } = desired;
  const create: CreateRole = {
    kind: "create-role",
    arn,
    trust: newTrust(grant),
    description: `IRSA role of ${serviceAccountPath(serviceAccount)} in ${cluster.name}`,
    tags: {
      ...role.tags,
      ...roleOwnershipTags(cluster, serviceAccount, "created", role.policies),
      ...setTag(role),
    },
    ...(role.boundary !== undefined && { boundary: role.boundary }),
    ...(role.maxSessionSeconds !== undefined && { maxSessionSeconds: role.maxSessionSeconds }),
  };
  const made = createdRole(create);
  return [create, ...attachments(made, role.policies), ...newInline(made, role.inline)];
}

function newInline(role: GivableRole, after: FromOperator<PolicyDocument> | undefined): PutInlinePolicy[] {
  if (after === undefined) return [];
  return [
    { kind: "put-inline-policy", role, name: INLINE_POLICY_NAME, after, observed: inlineDigest(undefined) },
  ];
}

/** A role of irsa's that is to be brought in line, and the proof of that. */
export interface Reconciled extends ObservedRole {
  readonly owned: OwnedRole;
  /** Lets the role be given something. @throws Failure `role-unnamed`, `role-shared` */
  readonly give: () => GivableRole;
  /** Stops where anything would be written that is asked for, be it a tag. @throws Failure `role-unnamed` */
  readonly expectNamed: () => void;
}

/**
 * The changes that bring a role of ours in line; nothing is taken from it unless the ask is exact. `trust` is given where
 * it must change.
 */
export function reconcileRole(
  observed: Reconciled,
  wanted: ManagedRole,
  trust: WritableTrust | undefined,
): Change[] {
  const { role, attached, owned, give } = observed;
  const missing = wanted.policies.filter((policy) => !attached.includes(policy));
  const edit = editRole(observed, wanted, trust, missing);
  const looked = edit === undefined ? { roleObserved: roleDigest(role) } : {};
  const inline = inlineEdit(observed, wanted.inline, wanted.exclusivePolicies === true);
  const { given, taken, hasRoom } = inlineChanges(observed, inline, { arn: owned.arn, give });
  const added = missing.length === 0 ? [] : attachments(give(), missing);
  const before = hasRoom ? [] : taken;
  const after = hasRoom ? taken : [];
  return [
    ...(edit === undefined ? [] : [edit]),
    ...[...added, ...before, ...given].map((change) => ({ ...change, ...looked })),
    ...detachUnwanted(observed, wanted, { first: edit, inline: after, gone: inline.remove }),
  ];
}

function editRole(
  { role, owned, give, expectNamed }: Reconciled,
  wanted: ManagedRole,
  trust: WritableTrust | undefined,
  missing: readonly PolicyArn[],
): EditRole | undefined {
  const setTags = changedTags(role, wanted, missing);
  const facets = {
    ...(trust !== undefined && { trust: { before: role.trust, after: trust } }),
    ...(wanted.boundary !== undefined &&
      wanted.boundary !== role.boundary && {
        boundary: boundaryEdit(give(), role.boundary, { set: wanted.boundary }),
      }),
    ...(wanted.maxSessionSeconds !== undefined &&
      wanted.maxSessionSeconds !== role.maxSessionSeconds && {
        maxSessionSeconds: { before: role.maxSessionSeconds, after: wanted.maxSessionSeconds },
      }),
    ...tagsSet(role, setTags),
  };
  if (Object.keys(facets).length === 0) return undefined;
  expectNamed();
  return { kind: "edit-role", arn: owned.arn, ...facets, observed: roleDigest(role) };
}

function changedTags(role: Role, wanted: ManagedRole, missing: readonly PolicyArn[]): Tags {
  const attachedTag = withAttachments(role.tags[TAG.attached], missing);
  const all = {
    ...wanted.tags,
    ...(missing.length > 0 && { [TAG.attached]: attachedTag }),
    ...(role.tags[TAG.origin] === "created" && setTag(wanted)),
  };
  return Object.fromEntries(Object.entries(all).filter(([key, value]) => role.tags[key] !== value));
}

function setTag({ set }: ManagedRole): Tags {
  return set === undefined ? {} : { [TAG.set]: set };
}

/** The plan for a role that is not ours to keep: its trust alone. */
export function editTrust(arn: ChangeableRole, role: Role, after: WritableTrust): EditRole {
  return {
    kind: "edit-role",
    arn,
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
  const unsaid = wanted.inline === undefined ? 0 : inlineLacks(inline, wanted.inline);
  if (unsaid > 0) {
    list.push(["inline policy", `${unsaid === 1 ? "a statement is" : `${unsaid} statements are`} missing`]);
  }
  if (wanted.boundary !== undefined && wanted.boundary !== role.boundary) {
    list.push(["boundary", `${role.boundary ?? "none"}, requested ${wanted.boundary}`]);
  }
  if (wanted.maxSessionSeconds !== undefined && wanted.maxSessionSeconds !== role.maxSessionSeconds) {
    list.push(["session", `${role.maxSessionSeconds} s, requested ${wanted.maxSessionSeconds} s`]);
  }
  for (const [key, value] of Object.entries(wanted.tags)) {
    if (role.tags[key] !== value) list.push(["tag", `${key}=${role.tags[key] ?? ""}, requested ${value}`]);
  }
  return list;
}

function attachments(role: GivableRole, policies: readonly FromOperator<PolicyArn>[]): AttachPolicy[] {
  return policies.map((policy) => ({ kind: "attach-policy", role, policy }));
}
