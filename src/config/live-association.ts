import type { ServiceAccount } from "../model/kubernetes-objects.ts";
import { valueOf } from "../model/known.ts";
import type { LiveServiceAccount, Unsaid } from "../model/live-file.ts";
import { serviceAccountOrigin } from "../model/ownership-tags.ts";
import type { PodIdentityAssociation } from "../model/pod-identity.ts";
import { annotatedRole } from "../model/service-account-facts.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../model/service-account-ref.ts";
import { evaluateGrant } from "../model/trust-policy/grant.ts";
import { parsePolicyDocument } from "../model/trust-policy/parse.ts";
import type { ListedRole, ObservedListing } from "../service-account/list/observe.ts";
import { serviceAccountRows } from "../service-account/list/rows.ts";
import { podIdentityGrantFor } from "../service-account/role/trust.ts";
import { saidMetadata, saidTags } from "./live-pairs.ts";
import { leftOut, nameableRole, onDefault, ownRole, saidRole, type InlineDocuments } from "./live-role.ts";
import { ASSOCIATION_FIELDS } from "./role-fields.ts";

/** A ServiceAccount that has its role by an association, or whose role irsa made for one. */
interface Subject {
  readonly ref: ServiceAccountRef;
  readonly serviceAccount: ServiceAccount | undefined;
}

type Own = NonNullable<ReturnType<typeof ownRole>>;

/** What has its role by EKS Pod Identity, by `namespace/name`. */
export function liveAssociations(
  observed: ObservedListing,
  inline: InlineDocuments,
): ReadonlyMap<string, LiveServiceAccount> {
  const existing = new Map(observed.serviceAccounts.map((one) => [serviceAccountPath(one.ref), one]));
  const rows = serviceAccountRows(observed).filter(({ way }) => way === "pod-identity");
  return new Map(
    rows.map(({ serviceAccount: ref }) => {
      const path = serviceAccountPath(ref);
      const subject = { ref, serviceAccount: existing.get(path) };
      const association = valueOf(observed.associations)?.get(path);
      return [
        path,
        association === undefined
          ? lostAssociation(subject, observed, inline)
          : liveAssociation(subject, association, observed, inline),
      ];
    }),
  );
}

function liveAssociation(
  subject: Subject,
  association: PodIdentityAssociation,
  observed: ObservedListing,
  inline: InlineDocuments,
): LiveServiceAccount {
  const { ref } = subject;
  const { roleArn, ownerArn } = association;
  if (ownerArn !== undefined)
    return leftOut(ref, `its Pod Identity association with role ${roleArn}, which is managed by ${ownerArn}`);
  if (ref.name === "default") return onDefault(ref, roleArn);
  const role = nameableRole(roleArn, "its association has no valid role ARN", observed);
  if (typeof role === "string") return leftOut(ref, `${role}: ${roleArn}`);
  const own = ownRole(ref, observed);
  const isOwn = own?.owned.arn === role.role.arn;
  const { fields: settings, unsaid } = settingsOf(association, isOwn && !allowsUntagged(role, ref, observed));
  if (own !== undefined && isOwn) {
    const said = ownFields(own, association, observed, inline);
    const all = [...unsaid, ...said.unsaid];
    return entryOf(subject, { ...said.fields, ...settings }, all);
  }
  const tags = saidTags(association.tags);
  const other =
    own === undefined ? [] : [{ what: `role '${own.listed.role.name}', which irsa also manages for it` }];
  const fields = {
    roleARN: roleArn,
    ...settings,
    ...(Object.keys(tags.said).length > 0 && { tags: tags.said }),
  };
  return entryOf(subject, fields, [...unsaid, ...tags.unsaid, ...other]);
}

/** irsa's role for an association that is gone: the plan creates it again, as it annotates a ServiceAccount again. */
function lostAssociation(
  subject: Subject,
  observed: ObservedListing,
  inline: InlineDocuments,
): LiveServiceAccount {
  const { ref } = subject;
  const own = ownRole(ref, observed);
  if (own === undefined) return leftOut(ref, "its Pod Identity association, which does not exist");
  const { name, arn } = own.listed.role;
  if (own.owned.witness !== "name")
    return leftOut(
      ref,
      `role ${arn}, which only its tags and trust policy link to it; to include it, add an entry with roleName: ${name}`,
    );
  const { fields, unsaid } = ownFields(own, undefined, observed, inline);
  return entryOf(subject, fields, unsaid);
}

/** The role as an entry makes it; tags are those that the association has as well. */
function ownFields(
  { listed, owned }: Own,
  association: PodIdentityAssociation | undefined,
  observed: ObservedListing,
  inline: InlineDocuments,
): ReturnType<typeof saidRole> {
  const ref = owned.serviceAccount;
  const all = saidTags(listed.role.tags);
  const has = ([key, value]: [string, string]): boolean =>
    association === undefined || association.tags[key] === value;
  const pairs = Object.entries(all.said);
  const tags = {
    said: Object.fromEntries(pairs.filter(has)),
    unsaid: [
      ...all.unsaid,
      ...pairs
        .filter((pair) => !has(pair))
        .map(([key, value]) => ({
          what: `the tag ${JSON.stringify(key)}: ${JSON.stringify(value)}, which its role has and its association has not`,
        })),
    ],
  };
  const grant = podIdentityGrantFor(observed.cluster, ref, association?.withoutSessionTags);
  return saidRole({ ref, listed }, ASSOCIATION_FIELDS, tags, grant, observed, inline);
}

/**
 * What an association says beside its role.
 * @param needsTags the role is irsa's, and allows sessions with tags alone: whoever disabled them in the association is not
 * the operator, whose word the file would make it, and with it a wider trust policy
 */
function settingsOf(
  { targetRoleArn, withoutSessionTags, policy }: PodIdentityAssociation,
  needsTags: boolean,
): { readonly fields: object; readonly unsaid: readonly Unsaid[] } {
  const isUntagged = withoutSessionTags && !needsTags;
  const isSaid = policy === undefined || (isUntagged && parsePolicyDocument(policy, "identity").ok);
  return {
    fields: {
      ...(targetRoleArn !== undefined && { targetRoleARN: targetRoleArn }),
      ...(isUntagged && { disableSessionTags: true }),
      ...(isSaid && policy !== undefined && { policy }),
    },
    unsaid: [
      ...(withoutSessionTags && needsTags
        ? [{ what: "its disabled session tags, which the trust policy of its role does not allow" }]
        : []),
      ...(isSaid ? [] : [{ what: `its session policy, which a file can't have: ${JSON.stringify(policy)}` }]),
    ],
  };
}

function allowsUntagged({ role }: ListedRole, ref: ServiceAccountRef, { cluster }: ObservedListing): boolean {
  return evaluateGrant(role.trust, podIdentityGrantFor(cluster, ref, true)).verdict !== "deny";
}

function entryOf(
  { ref, serviceAccount }: Subject,
  fields: object,
  unsaid: readonly Unsaid[],
): LiveServiceAccount {
  const isManaged = serviceAccount !== undefined && serviceAccountOrigin(serviceAccount) !== undefined;
  const { namespace, name } = ref;
  return {
    serviceAccount: ref,
    list: "podIdentityAssociations",
    entry: {
      namespace,
      serviceAccountName: name,
      ...(isManaged && { createServiceAccount: true }),
      ...fields,
    },
    unsaid: [...unsaid, ...metadataUnsaid(ref, serviceAccount)],
  };
}

/** An association has no labels and annotations of its ServiceAccount, and stands for one way. */
function metadataUnsaid(ref: ServiceAccountRef, serviceAccount: ServiceAccount | undefined): Unsaid[] {
  if (serviceAccount === undefined) return [];
  const { kind, text } = annotatedRole(serviceAccount);
  const { metadata, unsaid } = saidMetadata(ref, serviceAccount);
  const { labels = {}, annotations = {} } = metadata;
  const keys = [...Object.keys(labels), ...Object.keys(annotations)];
  return [
    ...(kind === "none"
      ? []
      : [{ what: `its annotation with role ${text}; new pods get the association's` }]),
    ...(keys.length === 0
      ? []
      : [{ what: `the labels and annotations of the ServiceAccount: ${keys.join(", ")}` }]),
    ...unsaid,
  ];
}
