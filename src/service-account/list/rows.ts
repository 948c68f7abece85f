import { parseRoleArn, type PolicyArn } from "../../model/arn.ts";
import type { Role } from "../../model/iam-objects.ts";
import { known, valueOf, type Known } from "../../model/known.ts";
import type { PodIdentityAssociation } from "../../model/pod-identity.ts";
import { PODS_SERVICE } from "../../model/trust-policy/pod-identity-request.ts";
import type { WayKind } from "../way/way.ts";
import type { ServiceAccount } from "../../model/kubernetes-objects.ts";
import { serviceAccountOrigin, TAG, type Origin } from "../../model/ownership-tags.ts";
import { settingsOf, type SettingName } from "../../model/role-settings.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../../model/service-account-ref.ts";
import { drifts, type Drift } from "./drift.ts";
import { annotatedRole, audienceOf } from "../../model/service-account-facts.ts";
import {
  annotatedListedRole,
  isInScope,
  listedRole,
  rolesRead,
  type ListedRole,
  type ObservedListing,
} from "./observe.ts";
import { isEksctls, ownershipOf } from "../role/ownership.ts";

/** One ServiceAccount with its role, as `get-sa` lists it. */
export interface ListedRow {
  readonly serviceAccount: ServiceAccountRef;
  /** Whether irsa created or adopted the ServiceAccount; `absent`: it does not exist, but irsa's role for it does. */
  readonly origin: Origin | "unmanaged" | "absent";
  /** The role's ARN, or whatever the annotation says; left out if there is neither. */
  readonly role?: string;
  /** What manages the role; left out if there is no role, or if that is unknown. */
  readonly managedBy?: "irsa" | "eksctl" | "unmanaged";
  /** Of a role that irsa manages. */
  readonly roleOrigin?: Origin;
  /** How its pods get the role: the association goes before the annotation. */
  readonly way: WayKind;
  readonly audience: string;
  readonly policies: readonly PolicyArn[];
  /** Names of inline policies. */
  readonly inlinePolicies: readonly string[];
  /** What its role is set to; nothing where there is none that can be read. */
  readonly settings: Partial<Pick<Role, SettingName>>;
  readonly state: "in-sync" | "drifted" | "unknown";
  readonly drift: readonly Drift[];
  /** Why the state is unknown. */
  readonly unknown?: string;
}

/** The ServiceAccounts of the scope, and those that do not exist although irsa has a role for them; by namespace and name. */
export function serviceAccountRows(observed: ObservedListing): ListedRow[] {
  const { serviceAccounts, scope, associations } = observed;
  const existing = new Set(serviceAccounts.map(({ ref }) => serviceAccountPath(ref)));
  const waiting = (valueOf(associations) ?? []).filter(
    ({ serviceAccount }) => !existing.has(serviceAccountPath(serviceAccount)),
  );
  const paths = new Set([
    ...existing,
    ...waiting.map(({ serviceAccount }) => serviceAccountPath(serviceAccount)),
  ]);
  const orphans = ourRoles(observed).filter(
    ({ ref }) => isInScope(ref, scope) && !paths.has(serviceAccountPath(ref)),
  );
  const rows = [
    ...serviceAccounts.map((serviceAccount) => rowOf(serviceAccount, observed)),
    ...waiting.map((association) => waitingRow(association, observed)),
    ...orphans.map(({ ref, listed }) => orphanRow(ref, listed, observed)),
  ];
  return rows.toSorted((a, b) =>
    order(serviceAccountPath(a.serviceAccount), serviceAccountPath(b.serviceAccount)),
  );
}

function order(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

interface OurRole {
  readonly ref: ServiceAccountRef;
  readonly listed: ListedRole;
}

function ourRoles({ roles, cluster }: ObservedListing): OurRole[] {
  return rolesRead({ roles }).flatMap((listed) => {
    const { tags } = listed.role;
    const ref = { namespace: tags[TAG.namespace], name: tags[TAG.serviceAccount] } as ServiceAccountRef;
    return ownershipOf(listed.role, cluster, ref).kind === "ours" ? [{ ref, listed }] : [];
  });
}

function rowOf(serviceAccount: ServiceAccount, observed: ObservedListing): ListedRow {
  const association = associationOf(serviceAccount.ref, observed);
  const { kind, text: annotation } = annotatedRole(serviceAccount);
  const [own, ...rivals] = ourRoles(observed)
    .filter(({ ref }) => serviceAccountPath(ref) === serviceAccountPath(serviceAccount.ref))
    .map(({ listed }) => listed);
  const byAnnotation = kind === "none" ? known(own) : annotatedListedRole(serviceAccount, observed);
  const found = association === undefined ? byAnnotation : associatedRole(association, observed);
  const role = association?.roleArn ?? (kind === "none" ? undefined : annotation);
  const base = {
    serviceAccount: serviceAccount.ref,
    origin: serviceAccountOrigin(serviceAccount) ?? ("unmanaged" as const),
    ...wayOf(serviceAccount, association),
    ...NO_ROLE,
    ...(role !== undefined && { role }),
  };
  if (kind === "none" && observed.associations.state === "unknown")
    return { ...base, state: "unknown", drift: [], unknown: observed.associations.failure.message };
  if (found.state === "unknown")
    return { ...base, state: "unknown", drift: [], unknown: found.failure.message };
  const drift = drifts({
    serviceAccount,
    association,
    role: found.value,
    own,
    rivals: rivals.map(({ role }) => role.name),
    observed,
  });
  return {
    ...base,
    ...(found.value && partsOf(found.value, serviceAccount.ref, observed)),
    ...verdict(drift, association, observed),
  };
}

function associationOf(
  ref: ServiceAccountRef,
  { associations }: ObservedListing,
): PodIdentityAssociation | undefined {
  const path = serviceAccountPath(ref);
  return valueOf(associations)?.find(({ serviceAccount }) => serviceAccountPath(serviceAccount) === path);
}

function associatedRole(
  { roleArn }: PodIdentityAssociation,
  observed: ObservedListing,
): Known<ListedRole | undefined> {
  const parsed = parseRoleArn(roleArn);
  return parsed.ok ? listedRole(parsed.value, observed) : known(undefined);
}

function wayOf(serviceAccount: ServiceAccount | undefined, association: PodIdentityAssociation | undefined) {
  return association === undefined
    ? { way: "irsa" as const, audience: audienceOf(serviceAccount) }
    : { way: "pod-identity" as const, audience: PODS_SERVICE };
}

/** An association gives whoever creates its ServiceAccount the role. */
function waitingRow(association: PodIdentityAssociation, observed: ObservedListing): ListedRow {
  const found = associatedRole(association, observed);
  const base = {
    serviceAccount: association.serviceAccount,
    origin: "absent" as const,
    ...wayOf(undefined, association),
    ...NO_ROLE,
    role: association.roleArn,
  };
  if (found.state === "unknown")
    return { ...base, state: "unknown", drift: [], unknown: found.failure.message };
  const own = ourRoles(observed)
    .map(({ listed }) => listed)
    .find(({ role }) => role.arn === association.roleArn);
  const drift = drifts({
    serviceAccount: undefined,
    association,
    role: found.value,
    own,
    rivals: [],
    observed,
  });
  return {
    ...base,
    ...(found.value && partsOf(found.value, association.serviceAccount, observed)),
    ...verdict(drift, association, observed),
  };
}

function orphanRow(ref: ServiceAccountRef, listed: ListedRole, observed: ObservedListing): ListedRow {
  const drift = drifts({
    serviceAccount: undefined,
    role: listed,
    own: listed,
    rivals: [],
    observed,
  });
  return {
    serviceAccount: ref,
    origin: "absent",
    ...wayOf(undefined, undefined),
    ...partsOf(listed, ref, observed),
    ...verdict(drift, undefined, observed),
  };
}

function verdict(
  drift: readonly Drift[],
  association: PodIdentityAssociation | undefined,
  { provider }: ObservedListing,
) {
  if (drift.length > 0) return { state: "drifted", drift } as const;
  if (association === undefined && provider.state === "unknown")
    return { state: "unknown", drift, unknown: provider.failure.message } as const;
  return { state: "in-sync", drift } as const;
}

const NO_ROLE = { policies: [], inlinePolicies: [], settings: {} };

function partsOf(
  { role, attached, inline }: ListedRole,
  ref: ServiceAccountRef,
  { cluster }: ObservedListing,
) {
  const ownership = ownershipOf(role, cluster, ref);
  const manager =
    ownership.kind === "ours"
      ? { managedBy: "irsa" as const, roleOrigin: ownership.origin }
      : { managedBy: isEksctls(role.tags) ? ("eksctl" as const) : ("unmanaged" as const) };
  return {
    role: role.arn,
    ...manager,
    policies: attached,
    inlinePolicies: inline,
    settings: settingsOf(role),
  } as const;
}
