import { roleRef, clusterRef } from "../model/arn.ts";
import { Failure } from "../model/failure.ts";
import { selectByGlob, type GlobSelection } from "../model/glob-selection.ts";
import type { InlinePolicies, Tags } from "../model/iam-objects.ts";
import type { Known } from "../model/known.ts";
import type { ServiceAccount } from "../model/kubernetes-objects.ts";
import { isOursFor, serviceAccountOrigin, taggedServiceAccount } from "../model/ownership-tags.ts";
import type { PodIdentityAssociation } from "../model/pod-identity.ts";
import { annotatedRole } from "../model/service-account-facts.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../model/service-account-ref.ts";
import { rolesRead, type ListedRole, type ObservedListing } from "../service-account/list/observe.ts";
import { ownedRole } from "../service-account/role/ownership.ts";
import { managingToolOf } from "../service-account/service-account/managing-tool.ts";
import { associationOrigin } from "../service-account/way/association-origin.ts";
import type { Exported } from "./from-file.ts";
import { inOrder } from "./from-changes.ts";
import { leftNotes, type Left } from "./left-out.ts";
import type {
  AssociationResource,
  ProviderResource,
  Resource,
  RoleResource,
  ServiceAccountResource,
} from "./model.ts";

/** Inline policies by their role's name. */
export type InlineDocuments = ReadonlyMap<string, Known<InlinePolicies>>;

/** irsa's role for a ServiceAccount. */
interface OwnedListing {
  readonly ref: ServiceAccountRef;
  readonly listed: ListedRole;
}

/** The names of the roles whose inline policies are part of the export. */
export function rolesWithInline(observed: ObservedListing): readonly string[] {
  return rolesRead(observed)
    .filter(({ role, inline }) => inline.length > 0 && taggedServiceAccount(role) !== undefined)
    .map(({ role }) => role.name);
}

/**
 * The model of what is live and managed by irsa, exactly as it is: an engine imports it without a change. What others
 * manage is theirs, and left out with a note.
 * @throws Failure `export-incomplete` if something of it can't be read
 */
export function exportOfLive(
  observed: ObservedListing,
  inline: InlineDocuments,
  selection: GlobSelection,
): Exported {
  requireKnown(observed);
  const owned = ownedListings(observed);
  const from = { one: "ServiceAccount", many: "ServiceAccounts" };
  const { selected, notes } = selectByGlob(subjectsOf(observed, owned), (path) => path, selection, from);
  const chosen = new Set(selected);
  const isChosen = ({ ref }: { readonly ref: ServiceAccountRef }): boolean =>
    chosen.has(serviceAccountPath(ref));
  const parts: readonly Parted[] = [
    providerPart(observed),
    ...owned.filter(isChosen).map((one) => rolePart(one, observed, inline)),
    ...associationsOf(observed)
      .filter(({ serviceAccount: ref }) => isChosen({ ref }))
      .map((one) => associationPart(one, observed)),
    ...observed.serviceAccounts.filter(isChosen).map(serviceAccountPart),
  ];
  const resources = parts.flatMap(({ resource }) => resource ?? []);
  const namespaces = new Set(
    resources.flatMap((one) => (one.kind === "serviceAccount" ? [one.serviceAccount.namespace] : [])),
  );
  return {
    model: {
      cluster: clusterRef(observed.cluster.arn),
      issuer: observed.cluster.issuer,
      isLive: true,
      resources: inOrder([
        ...resources,
        ...[...namespaces].map((name) => ({ kind: "namespace", name }) as const),
      ]),
    },
    notes: [...notes, ...leftNotes(parts.flatMap(({ left }) => left ?? []))],
  };
}

/** A resource, or why it is left out. */
interface Parted {
  readonly resource?: Resource;
  readonly left?: Left;
}

function subjectsOf(observed: ObservedListing, owned: readonly OwnedListing[]): readonly string[] {
  const refs = [
    ...observed.serviceAccounts.map(({ ref }) => ref),
    ...associationsOf(observed).map(({ serviceAccount }) => serviceAccount),
    ...owned.map(({ ref }) => ref),
  ];
  return [...new Set(refs.map(serviceAccountPath))].toSorted();
}

function associationsOf({ associations }: ObservedListing): readonly PodIdentityAssociation[] {
  return associations.state === "known" ? [...associations.value.values()] : [];
}

function ownedListings(observed: ObservedListing): readonly OwnedListing[] {
  return rolesRead(observed).flatMap((listed) => {
    const ref = taggedServiceAccount(listed.role);
    return ref !== undefined && ownedRole(listed.role, observed.cluster, ref) !== undefined
      ? [{ ref, listed }]
      : [];
  });
}

function providerPart({ provider, cluster }: ObservedListing): Parted {
  if (provider.state === "unknown" || provider.value === undefined) return {};
  const { arn, clientIds, thumbprints, tags } = provider.value;
  if (!isOursFor(cluster, provider.value))
    return { left: { what: "the identity provider", why: "not-created" } };
  const resource: ProviderResource = {
    kind: "provider",
    arn,
    url: cluster.issuer,
    clientIds,
    thumbprints,
    tags: ownTags(tags),
  };
  return { resource };
}

function rolePart({ ref, listed }: OwnedListing, observed: ObservedListing, inline: InlineDocuments): Parted {
  const { role, attached } = listed;
  const owned = ownedRole(role, observed.cluster, ref);
  // Tags and trust policies can be forged by those who may write them: something else must lead to the role.
  if (owned?.witness === "trust" && !isGiven(ref, role.arn, observed))
    return { left: { what: `role '${role.name}' of ${serviceAccountPath(ref)}`, why: "unconfirmed" } };
  const resource: RoleResource = {
    kind: "role",
    arn: role.arn,
    name: role.name,
    path: roleRef(role.arn).path,
    trust: role.trust,
    description: role.description ?? "",
    maxSessionSeconds: role.maxSessionSeconds,
    ...(role.boundary !== undefined && { boundary: role.boundary }),
    policies: attached.toSorted(),
    inline: inlineOf(listed, inline),
    tags: ownTags(role.tags),
  };
  return { resource };
}

function isGiven(ref: ServiceAccountRef, arn: string, observed: ObservedListing): boolean {
  const path = serviceAccountPath(ref);
  const serviceAccount = observed.serviceAccounts.find((one) => serviceAccountPath(one.ref) === path);
  const association = associationsOf(observed).find((one) => serviceAccountPath(one.serviceAccount) === path);
  return annotatedRole(serviceAccount).text === arn || association?.roleArn === arn;
}

function inlineOf({ role, inline }: ListedRole, documents: InlineDocuments): InlinePolicies {
  if (inline.length === 0) return {};
  const found = documents.get(role.name);
  if (found === undefined) throw new TypeError(`the inline policies of ${role.name} were not read`);
  if (found.state === "unknown") throw unread(`the inline policies of role '${role.name}'`, found.failure);
  return found.value;
}

function associationPart(association: PodIdentityAssociation, observed: ObservedListing): Parted {
  const { id, arn, serviceAccount, roleArn, targetRoleArn, withoutSessionTags, policy, ownerArn, tags } =
    association;
  const what = `the Pod Identity association of ${serviceAccountPath(serviceAccount)}`;
  if (ownerArn !== undefined) return { left: { what, why: "add-on" } };
  const own = rolesRead(observed).find(({ role }) => role.arn === roleArn);
  const owned = own && ownedRole(own.role, observed.cluster, serviceAccount);
  if (associationOrigin(association, serviceAccount, observed.cluster, owned?.arn) === undefined)
    return { left: { what, why: "unmanaged" } };
  const resource: AssociationResource = {
    kind: "association",
    existing: { id, arn },
    serviceAccount,
    role: roleArn,
    ...(targetRoleArn !== undefined && { targetRole: targetRoleArn }),
    withoutSessionTags,
    ...(policy !== undefined && { policy }),
    tags: ownTags(tags),
  };
  return { resource };
}

function serviceAccountPart(serviceAccount: ServiceAccount): Parted {
  const { ref, labels, annotations } = serviceAccount;
  const what = `ServiceAccount ${serviceAccountPath(ref)}`;
  const tool = managingToolOf(serviceAccount);
  if (tool !== undefined) return { left: { what, why: "tool", tool: tool.name } };
  if (serviceAccountOrigin(serviceAccount) === undefined) return { left: { what, why: "unmanaged" } };
  const { [LAST_APPLIED]: _, ...said } = annotations;
  const resource: ServiceAccountResource = {
    kind: "serviceAccount",
    serviceAccount: ref,
    labels,
    annotations: said,
  };
  return { resource };
}

/** What `kubectl apply` notes for itself. */
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** Tags of AWS's own can't be set. */
function ownTags(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !key.toLowerCase().startsWith("aws:")));
}

function requireKnown({ provider, associations, listed, roles }: ObservedListing): void {
  const reads = [
    ["the identity provider", provider],
    ["the Pod Identity associations", associations],
    ["the list of roles", listed],
    ...[...roles].map(([name, found]) => [`role '${name}'`, found] as const),
  ] as const;
  for (const [what, found] of reads) if (found.state === "unknown") throw unread(what, found.failure);
}

function unread(what: string, { kind, message }: Failure): Failure {
  return new Failure(kind, "export-incomplete", `${what} can't be read`, {
    facts: [["why", message]],
    advice: "Nothing is exported: an engine would not know of what its text leaves out",
  });
}
