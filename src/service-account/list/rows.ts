import { parseRoleArn, type PolicyArn } from "../../model/arn.ts";
import type { Role } from "../../model/iam-objects.ts";
import { grouped } from "../../model/grouped.ts";
import { known, mapKnown, valueOf, type Known } from "../../model/known.ts";
import type { PodIdentityAssociation } from "../../model/pod-identity.ts";
import { PODS_SERVICE } from "../../model/trust-policy/pod-identity-request.ts";
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
import { grantStatements } from "../../model/trust-policy/grant.ts";
import { engineOf } from "../../model/managing-engine.ts";
import { isEksctls, ownershipOf } from "../role/ownership.ts";
import { admitsServiceAccount, podIdentityGrantFor } from "../role/trust.ts";
import { managingToolOf } from "../service-account/managing-tool.ts";
import type { WayName } from "../../model/way.ts";

/** One ServiceAccount with its role, as `get-sa` lists it. */
export interface ListedRow {
  readonly serviceAccount: ServiceAccountRef;
  /** Whether irsa created or adopted the ServiceAccount; `absent`: it does not exist, but an association or irsa's role for it does. */
  readonly origin: Origin | "unmanaged" | "absent";
  /** The role's ARN, or whatever the annotation says; left out if there is neither. */
  readonly role?: string;
  /** What manages the role; left out if there is no role, or if that is unknown. */
  readonly managedBy?: "irsa" | "eksctl" | "unmanaged";
  /** Of a role that irsa manages. */
  readonly roleOrigin?: Origin;
  /** The engine that manages the role, as CloudFormation, whatever else does. */
  readonly roleEngine?: string;
  /** Who would write the ServiceAccount again, as Helm or Terraform. */
  readonly serviceAccountManager?: string;
  /** How its pods get the role: the association goes before the annotation. */
  readonly way: WayName;
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

/** What a row is about: a ServiceAccount that exists, or one that only an association or a role of irsa's is for. */
interface Subject {
  readonly ref: ServiceAccountRef;
  readonly serviceAccount: ServiceAccount | undefined;
  readonly association: PodIdentityAssociation | undefined;
  /** The roles whose tags claim the ServiceAccount, and that are irsa's for it. */
  readonly claiming: readonly ListedRole[];
}

/**
 * The ServiceAccounts of the scope, and those that do not exist although they have an association or irsa has a role for
 * them; by namespace and name.
 */
export function serviceAccountRows(observed: ObservedListing): ListedRow[] {
  return subjectsOf(observed).map((subject) => rowOf(subject, observed));
}

function subjectsOf(observed: ObservedListing): Subject[] {
  const { serviceAccounts, scope } = observed;
  const associations = valueOf(observed.associations) ?? new Map<string, PodIdentityAssociation>();
  const ours = ourRoles(observed);
  const claims = grouped(ours, ({ ref }) => serviceAccountPath(ref));
  const existing = new Map(serviceAccounts.map((one) => [serviceAccountPath(one.ref), one]));
  const refs = [
    ...serviceAccounts.map(({ ref }) => ref),
    ...[...associations.values()].map(({ serviceAccount }) => serviceAccount),
    ...ours.map(({ ref }) => ref).filter((ref) => isInScope(ref, scope)),
  ];
  const byPath = new Map(refs.map((ref) => [serviceAccountPath(ref), ref]));
  return [...byPath]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([path, ref]) => ({
      ref,
      serviceAccount: existing.get(path),
      association: associations.get(path),
      claiming: (claims.get(path) ?? []).map(({ listed }) => listed),
    }));
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

function rowOf(subject: Subject, observed: ObservedListing): ListedRow {
  const { ref, serviceAccount, association, claiming } = subject;
  const { kind, text: annotation } = annotatedRole(serviceAccount);
  const [own, ...rivals] = claiming;
  const way = wayOf(subject, observed);
  const role = association?.roleArn ?? (kind === "none" ? undefined : annotation);
  const serviceAccountManager = serviceAccount && managingToolOf(serviceAccount)?.name;
  const base = {
    serviceAccount: ref,
    origin: originOf(serviceAccount),
    way,
    audience: way === "irsa" ? audienceOf(serviceAccount) : PODS_SERVICE,
    policies: [],
    inlinePolicies: [],
    settings: {},
    ...(role !== undefined && { role }),
    ...(serviceAccountManager !== undefined && { serviceAccountManager }),
  };
  const unknown = (message: string): ListedRow => ({
    ...base,
    state: "unknown",
    drift: [],
    unknown: message,
  });
  // Of one that exists and has no annotation, an association may be all that it has.
  if (serviceAccount !== undefined && kind === "none" && observed.associations.state === "unknown")
    return unknown(observed.associations.failure.message);
  const found = roleOf(subject, observed);
  if (found.state === "unknown") return unknown(found.failure.message);
  const names = rivals.map((rival) => rival.role.name);
  const drift = drifts({
    ref,
    serviceAccount,
    association,
    way,
    role: found.value,
    own,
    rivals: names,
    observed,
  });
  return {
    ...base,
    ...(found.value && partsOf(found.value, ref, observed)),
    ...verdict(drift, way, observed),
  };
}

function originOf(serviceAccount: ServiceAccount | undefined): ListedRow["origin"] {
  return serviceAccount === undefined ? "absent" : (serviceAccountOrigin(serviceAccount) ?? "unmanaged");
}

/** An association goes before an annotation; where neither is, irsa's role for the ServiceAccount says what it was made for. */
function wayOf(
  { ref, serviceAccount, association, claiming: [own] }: Subject,
  { cluster }: ObservedListing,
): WayName {
  if (association !== undefined) return "pod-identity";
  if (own === undefined || annotatedRole(serviceAccount).kind !== "none") return "irsa";
  const { trust } = own.role;
  const isForPods = grantStatements(trust, podIdentityGrantFor(cluster, ref)).length > 0;
  return isForPods && !admitsServiceAccount(trust, cluster, ref) ? "pod-identity" : "irsa";
}

/** The role that the ServiceAccount's pods get; irsa's for it, where nothing leads to a role. */
function roleOf(
  { serviceAccount, association, claiming: [own] }: Subject,
  observed: ObservedListing,
): Known<ListedRole | undefined> {
  if (association !== undefined) return associatedRole(association, observed);
  if (serviceAccount === undefined || annotatedRole(serviceAccount).kind === "none") return known(own);
  return annotatedListedRole(serviceAccount, observed);
}

/** A role of the name under another path is another role: EKS assumes the association's by its ARN. */
function associatedRole(
  { roleArn }: PodIdentityAssociation,
  observed: ObservedListing,
): Known<ListedRole | undefined> {
  const parsed = parseRoleArn(roleArn);
  if (!parsed.ok) return known(undefined);
  return mapKnown(listedRole(parsed.value, observed), (found) =>
    found?.role.arn === roleArn ? found : undefined,
  );
}

function verdict(drift: readonly Drift[], way: WayName, { provider }: ObservedListing) {
  if (drift.length > 0) return { state: "drifted", drift } as const;
  if (way === "irsa" && provider.state === "unknown")
    return { state: "unknown", drift, unknown: provider.failure.message } as const;
  return { state: "in-sync", drift } as const;
}

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
  const roleEngine = engineOf(role.tags);
  return {
    role: role.arn,
    ...manager,
    ...(roleEngine !== undefined && { roleEngine }),
    policies: attached,
    inlinePolicies: inline,
    settings: settingsOf(role),
  } as const;
}
