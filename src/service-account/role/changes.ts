import { policyName, type ClusterRef, type PolicyArn, type RoleArn } from "../../model/arn.ts";
import {
  createdRole,
  type ChangeableRole,
  type GivableRole,
  type WritableTrust,
} from "../../model/authority.ts";
import type { Change } from "../../model/change.ts";
import type { AttachPolicy, CreateRole, EditRole, PutInlinePolicy } from "../../model/role-change.ts";
import type { ClusterWithIssuer } from "../../model/cluster.ts";
import type { Role, Tags } from "../../model/iam-objects.ts";
import { roleOwnershipTags, TAG } from "../../model/ownership-tags.ts";
import { inlineDigest, roleDigest } from "../../model/observed-digest.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../../model/service-account-ref.ts";
import { settingLacks } from "../../model/shown-settings.ts";
import { askedSettings, settingsOf } from "../../model/role-settings.ts";
import type { FromOperator } from "../../model/source.ts";
import type { Grant } from "../../model/trust-policy/grant.ts";
import type { PolicyDocument } from "../../model/trust-policy/document.ts";
import type { DesiredServiceAccount, ManagedRole } from "../create/desired.ts";
import { unwantedPolicies } from "./exclusive-policies.ts";
import { inlineEdit, inlineLacks } from "./inline-policies.ts";
import { INLINE_POLICY_NAME, type ObservedRole } from "../create/observed.ts";
import type { RoleAsk } from "./reconcile.ts";
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
    description: generatedDescription(serviceAccount, cluster, grant.way),
    ...settingsOf(role),
    tags: {
      ...role.tags,
      ...roleOwnershipTags(cluster, serviceAccount, "created", role.policies),
      ...setTag(role),
    },
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

/** The description of a role for which none is given. */
function generatedDescription(
  serviceAccount: ServiceAccountRef,
  { name }: ClusterRef,
  way?: Grant["way"],
): string {
  return `${ROLE_WORDS[way ?? "irsa"]} of ${serviceAccountPath(serviceAccount)} in ${name}`;
}

const ROLE_WORDS = {
  irsa: "IRSA role",
  "pod-identity": "EKS Pod Identity role",
  "target-role": "EKS Pod Identity target role",
} as const satisfies Record<NonNullable<Grant["way"]> | "irsa", string>;

/** True for no description, and for those that irsa generates. */
export function isGeneratedDescription(
  description: string | undefined,
  serviceAccount: ServiceAccountRef,
  cluster: ClusterRef,
): boolean {
  const ways = [undefined, "pod-identity", "target-role"] as const;
  const generated = ways.map((way) => generatedDescription(serviceAccount, cluster, way));
  return ["", ...generated].includes(description ?? "");
}

/** What a role of irsa's is to become; nothing is taken from it unless the ask is exact. */
export function askOf(
  observed: ObservedRole,
  wanted: ManagedRole,
  trust: WritableTrust | undefined,
): RoleAsk {
  const { role, attached } = observed;
  const inline = inlineEdit(observed, wanted.inline, wanted.exclusivePolicies === true);
  return {
    trust,
    settings: askedSettings(wanted),
    setTags: { ...wanted.tags, ...(role.tags[TAG.origin] === "created" && setTag(wanted)) },
    unsetTags: [],
    attach: wanted.policies.filter((policy) => !attached.includes(policy)),
    inline,
    ...unwantedPolicies(observed, wanted, inline.remove),
  };
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
  list.push(...settingLacks(role, wanted));
  for (const [key, value] of Object.entries(wanted.tags)) {
    if (role.tags[key] !== value) list.push(["tag", `${key}=${role.tags[key] ?? ""}, requested ${value}`]);
  }
  return list;
}

function attachments(role: GivableRole, policies: readonly FromOperator<PolicyArn>[]): AttachPolicy[] {
  return policies.map((policy) => ({ kind: "attach-policy", role, policy }));
}
