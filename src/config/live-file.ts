import { parseRoleArn, roleRef } from "../model/arn.ts";
import { isFailure } from "../model/failure.ts";
import { DEFAULT_AUDIENCE, providerArn } from "../model/issuer.ts";
import { AUDIENCE_ANNOTATION, ROLE_ANNOTATION, type ServiceAccount } from "../model/kubernetes-objects.ts";
import { MANAGED_BY_LABEL, OUR_NAME, TAG } from "../model/marks.ts";
import { computedRoleName } from "../model/role-name.ts";
import {
  parseNamespaceName,
  parseServiceAccountName,
  subjectOf,
  type ServiceAccountRef,
} from "../model/service-account-ref.ts";
import type { PolicyDocument } from "../model/trust-policy/document.ts";
import { grantStatements } from "../model/trust-policy/grant.ts";
import { ownedRole } from "../service-account/ownership.ts";
import { INLINE_POLICY_NAME } from "../service-account/observed.ts";
import { roleKey, type ListedRole, type ObservedListing } from "../service-account/listing.ts";

type Pairs = Readonly<Record<string, string>>;

/** irsa's inline policies by their role's name. */
export type InlineDocuments = ReadonlyMap<string, PolicyDocument>;

/** The roles of a listing whose inline policy of irsa's must be read to tell all of them. */
export function rolesWithInline(observed: ObservedListing): readonly string[] {
  return listedRoles(observed)
    .filter(({ inline }) => inline.includes(INLINE_POLICY_NAME))
    .map(({ role }) => role.name);
}

/**
 * An eksctl ClusterConfig that says what is live: it plans to no change. Accounts whose role can't be told are left out,
 * and so are those whose name a file may not have.
 */
export function liveFile(observed: ObservedListing, inline: InlineDocuments): object {
  const { cluster, provider, accounts } = observed;
  const seen = new Set(accounts.map(({ ref }) => `${ref.namespace}/${ref.name}`));
  const alone = listedRoles(observed).flatMap((listed) => {
    const ref = markedAccount(listed);
    if (ref === undefined || seen.has(`${ref.namespace}/${ref.name}`)) return [];
    if (ownedRole(listed.role, cluster, ref) === undefined) return [];
    return [
      ownEntry(
        ref,
        { labels: {}, annotations: trustedAudience(listed, ref, observed) },
        true,
        listed,
        observed,
        inline,
      ),
    ];
  });
  const registered =
    provider !== undefined && !isFailure(provider) && provider.clientIds.includes(DEFAULT_AUDIENCE);
  return {
    apiVersion: "eksctl.io/v1alpha5",
    kind: "ClusterConfig",
    metadata: { name: cluster.name, region: cluster.region },
    iam: {
      withOIDC: registered,
      serviceAccounts: [...accounts.flatMap((account) => entryOf(account, observed, inline)), ...alone],
    },
  };
}

function listedRoles({ roles }: ObservedListing): ListedRole[] {
  return [...roles.values()].flatMap((found) => (found === undefined || isFailure(found) ? [] : [found]));
}

function entryOf(account: ServiceAccount, observed: ObservedListing, inline: InlineDocuments): object[] {
  const arn = parseRoleArn(account.annotations[ROLE_ANNOTATION] ?? "");
  if (!arn.ok || account.ref.name === "default") return [];
  const listed = observed.roles.get(roleKey(roleRef(arn.value).name));
  if (listed === undefined || isFailure(listed) || listed.role.arn !== arn.value) return [];
  if (ownedRole(listed.role, observed.cluster, account.ref) !== undefined)
    return [ownEntry(account.ref, account, false, listed, observed, inline)];
  return [{ metadata: metadataOf(account.ref, account), attachRoleARN: arn.value }];
}

/** A role of irsa's with all that a file can say of it; one that may do nothing is named as it is. */
function ownEntry(
  ref: ServiceAccountRef,
  account: Metadata,
  isAlone: boolean,
  { role, attached }: ListedRole,
  { cluster }: ObservedListing,
  inline: InlineDocuments,
): object {
  const metadata = metadataOf(ref, account);
  const document = inline.get(role.name);
  const roleOnly = isAlone && { roleOnly: true };
  if (attached.length === 0 && document === undefined)
    return { metadata, attachRoleARN: role.arn, ...roleOnly };
  const tags = without(role.tags, (key) => key.startsWith("irsa/"));
  return {
    metadata,
    ...(attached.length > 0 && { attachPolicyARNs: attached }),
    ...(document !== undefined && { attachPolicy: document }),
    ...(role.boundary !== undefined && { permissionsBoundary: role.boundary }),
    ...(role.name !== computedRoleName(cluster, ref, "") && { roleName: role.name }),
    ...roleOnly,
    ...(Object.keys(tags).length > 0 && { tags }),
  };
}

/** A role without its account trusts an audience that no annotation tells. */
function trustedAudience({ role }: ListedRole, ref: ServiceAccountRef, { cluster }: ObservedListing): Pairs {
  const key = { providerArn: providerArn(cluster, cluster.issuer), subject: subjectOf(ref) };
  const pinned = grantStatements(role.trust, key).flatMap(({ Condition }) =>
    Object.entries(Condition?.["StringEquals"] ?? {}),
  );
  const [, audience] = pinned.find(([name]) => name.endsWith(":aud")) ?? [];
  return typeof audience === "string" && audience !== DEFAULT_AUDIENCE
    ? { [AUDIENCE_ANNOTATION]: audience }
    : {};
}

type Metadata = Pick<ServiceAccount, "labels" | "annotations">;

function metadataOf({ namespace, name }: ServiceAccountRef, account: Metadata): object {
  const labels = without(account.labels, (key, value) => key === MANAGED_BY_LABEL && value === OUR_NAME);
  const annotations = without(
    account.annotations,
    (key) => key === ROLE_ANNOTATION || key.startsWith("irsa/"),
  );
  return {
    name,
    namespace,
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(Object.keys(annotations).length > 0 && { annotations }),
  };
}

function without(pairs: Pairs, drops: (key: string, value: string) => boolean): Pairs {
  return Object.fromEntries(Object.entries(pairs).filter(([key, value]) => !drops(key, value)));
}

function markedAccount({ role: { tags } }: ListedRole): ServiceAccountRef | undefined {
  const namespace = parseNamespaceName(tags[TAG.namespace] ?? "");
  const name = parseServiceAccountName(tags[TAG.account] ?? "");
  return namespace.ok && name.ok ? { namespace: namespace.value, name: name.value } : undefined;
}
