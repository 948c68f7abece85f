import { parseRoleArn, roleRef } from "../model/arn.ts";
import { flag } from "../model/command-words.ts";
import type { Failure } from "../model/failure.ts";
import { DEFAULT_AUDIENCE } from "../model/issuer.ts";
import { AUDIENCE_ANNOTATION } from "../model/kubernetes-objects.ts";
import { known, type Known } from "../model/known.ts";
import type { LiveServiceAccount, Unsaid } from "../model/live-file.ts";
import { computedRoleName } from "../model/role-name.ts";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";
import { listOf } from "../model/trust-policy/document.ts";
import { grantStatements, type GrantKey } from "../model/trust-policy/grant.ts";
import {
  listedRole,
  rolesRead,
  type ListedRole,
  type ObservedListing,
} from "../service-account/list/observe.ts";
import { isGeneratedDescription } from "../service-account/role/changes.ts";
import { ownedRole, type OwnedRole } from "../service-account/role/ownership.ts";
import { grantKeyFor } from "../service-account/role/trust.ts";
import { saidMetadata, saidTags, type Metadata, type Pairs } from "./live-pairs.ts";
import { sayPolicies } from "./live-policies.ts";
import { IRSA_FIELDS, type RoleFieldNames } from "./role-fields.ts";
import type { InlinePolicies } from "../model/iam-objects.ts";

/** Inline policies by their role's name. */
export type InlineDocuments = ReadonlyMap<string, Known<InlinePolicies>>;

/** A ServiceAccount that no entry describes, and why. */
export function leftOut(serviceAccount: ServiceAccountRef, what: string): LiveServiceAccount {
  return { serviceAccount, unsaid: [{ what }] };
}

/** The ServiceAccount that a file can't give a role without a flag. */
export function onDefault(ref: ServiceAccountRef, role: string): LiveServiceAccount {
  return leftOut(ref, `'default' is used by every pod that specifies no ServiceAccount; its role: ${role}`);
}

/**
 * The role of an annotation or association, or why a file can't name it.
 * @param notAnArn what to say of a text that is not a role's ARN
 */
export function nameableRole(text: string, notAnArn: string, observed: ObservedListing): ListedRole | string {
  const arn = parseRoleArn(text);
  if (!arn.ok) return notAnArn;
  const found = listedRole(arn.value, observed);
  if (found.state === "unknown")
    return found.failure.code === "other-aws-account"
      ? "its role belongs to another AWS account"
      : `its role can't be read (${found.failure.message})`;
  if (found.value === undefined) return "its role does not exist";
  const { role } = found.value;
  return role.arn === text ? found.value : `its role has a different ARN (${role.arn})`;
}

/** The role that irsa has for the ServiceAccount, with the proof of that; one of the computed name goes before. */
export function ownRole(
  ref: ServiceAccountRef,
  observed: ObservedListing,
): { readonly listed: ListedRole; readonly owned: OwnedRole } | undefined {
  const all = rolesRead(observed).flatMap((listed) => {
    const owned = ownedRole(listed.role, observed.cluster, ref);
    return owned === undefined ? [] : [{ listed, owned }];
  });
  return all.find(({ owned }) => owned.witness === "name") ?? all[0];
}

/** A ServiceAccount, there or gone, with the role that irsa has for it. */
export interface Owned {
  readonly ref: ServiceAccountRef;
  readonly serviceAccount: Metadata;
  /** The ServiceAccount is gone. */
  readonly isAlone: boolean;
  readonly listed: ListedRole;
}

/**
 * A ServiceAccount that does not name its role. What a file names counts as the operator's word: a role to which only its tags
 * and trust policy lead, which can be forged, would pass for named by them.
 */
export function unnamedServiceAccount(
  owned: Owned,
  { witness }: OwnedRole,
  observed: ObservedListing,
  inline: InlineDocuments,
): LiveServiceAccount {
  if (witness === "name") return ownServiceAccount(owned, observed, inline);
  const { name, arn } = owned.listed.role;
  const what = `role ${arn}, which only its tags and trust policy link to it; to include it, add an entry with roleName: ${name}`;
  return leftOut(owned.ref, what);
}

/** A role of irsa's with all that a file can say of it; one of which it can say nothing is named as it is. */
export function ownServiceAccount(
  owned: Owned,
  observed: ObservedListing,
  inline: InlineDocuments,
): LiveServiceAccount {
  const { ref, serviceAccount, isAlone, listed } = owned;
  const { role } = listed;
  const { metadata, unsaid: ofServiceAccount } = saidMetadata(ref, serviceAccount);
  const key = grantKeyFor(observed.cluster, ref);
  const said = saidRole(owned, IRSA_FIELDS, saidTags(role.tags), key, observed, inline);
  return {
    serviceAccount: ref,
    entry: { metadata, ...said.fields, ...(isAlone && { roleOnly: true }) },
    unsaid: [...ofServiceAccount, ...said.unsaid],
  };
}

/**
 * A role of irsa's in the fields of one kind of entry: what makes it, or its ARN where nothing would.
 * @param key what tells the statements of its trust policy that the entry stands for
 */
export function saidRole(
  { ref, listed }: Pick<Owned, "ref" | "listed">,
  names: RoleFieldNames,
  tags: ReturnType<typeof saidTags>,
  key: GrantKey,
  { cluster }: ObservedListing,
  inline: InlineDocuments,
): { readonly fields: object; readonly unsaid: readonly Unsaid[] } {
  const { role, attached } = listed;
  const documents = inline.get(role.name) ?? known({});
  const { wellKnown, document, unsaid } =
    documents.state === "unknown" ? unreadable(documents.failure) : sayPolicies(documents.value, cluster);
  if (attached.length === 0 && wellKnown.length === 0 && document === undefined)
    return { fields: { [names.role]: role.arn }, unsaid };
  return {
    fields: {
      ...(attached.length > 0 && { [names.policyArns]: attached }),
      ...(document !== undefined && { [names.policy]: document }),
      ...(wellKnown.length > 0 && {
        wellKnownPolicies: Object.fromEntries(wellKnown.map((field) => [field, true])),
      }),
      ...(role.boundary !== undefined && { [names.boundary]: role.boundary }),
      ...(role.name !== computedRoleName(cluster, ref, "") && { roleName: role.name }),
      ...(Object.keys(tags.said).length > 0 && { tags: tags.said }),
    },
    unsaid: [...unsaid, ...tags.unsaid, ...facetsOf(listed, ref, key, cluster)],
  };
}

function unreadable({ message }: Failure): ReturnType<typeof sayPolicies> {
  const what = `its inline policies, which can't be read (${message})`;
  return { wellKnown: [], document: undefined, unsaid: [{ what }] };
}

const MORE_TRUST = "its trust policy, which has more than the statement for this ServiceAccount";

/** What affects a role and has no field in a file. */
function facetsOf(
  { role }: ListedRole,
  ref: ServiceAccountRef,
  key: GrantKey,
  cluster: ObservedListing["cluster"],
): Unsaid[] {
  const { path } = roleRef(role.arn);
  const others = listOf(role.trust.Statement).length - grantStatements(role.trust, key).length;
  return [
    ...(role.maxSessionSeconds === 3600
      ? []
      : [{ what: `its maximum session duration, ${role.maxSessionSeconds} s` }]),
    ...(isGeneratedDescription(role.description, ref, cluster)
      ? []
      : [{ what: "its description; to recreate it with that description: --description" }]),
    ...(path === "/"
      ? []
      : [{ what: "its path; to recreate it with that path:", flags: flag("--role-path", path) }]),
    ...(others === 0 ? [] : [{ what: MORE_TRUST, document: role.trust }]),
  ];
}

/** A role without its ServiceAccount trusts an audience that no annotation tells. */
export function trustedAudience(
  { role }: ListedRole,
  ref: ServiceAccountRef,
  { cluster }: ObservedListing,
): Pairs {
  const key = grantKeyFor(cluster, ref);
  const pinned = grantStatements(role.trust, key).flatMap(({ Condition }) =>
    Object.entries(Condition?.["StringEquals"] ?? {}),
  );
  const [, audience] = pinned.find(([name]) => name.endsWith(":aud")) ?? [];
  return typeof audience === "string" && audience !== DEFAULT_AUDIENCE
    ? { [AUDIENCE_ANNOTATION]: audience }
    : {};
}
