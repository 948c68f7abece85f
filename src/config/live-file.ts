import { DEFAULT_AUDIENCE } from "../model/issuer.ts";
import type { ServiceAccount } from "../model/kubernetes-objects.ts";
import { valueOf } from "../model/known.ts";
import type { LiveFile, LiveList, LiveServiceAccount } from "../model/live-file.ts";
import { taggedServiceAccount } from "../model/ownership-tags.ts";
import { annotatedRole } from "../model/service-account-facts.ts";
import { serviceAccountPath } from "../model/service-account-ref.ts";
import { ownedRole } from "../service-account/role/ownership.ts";
import { rolesRead, type ObservedListing } from "../service-account/list/observe.ts";
import { liveAssociations } from "./live-association.ts";
import { saidMetadata } from "./live-pairs.ts";
import {
  leftOut,
  nameableRole,
  onDefault,
  ownRole,
  ownServiceAccount,
  trustedAudience,
  unnamedServiceAccount,
  type InlineDocuments,
} from "./live-role.ts";

/** The names of the roles whose inline policies must be read to tell all of a listing. */
export function rolesWithInline(observed: ObservedListing): readonly string[] {
  return rolesRead(observed)
    .filter(({ inline }) => inline.length > 0)
    .map(({ role }) => role.name);
}

/**
 * A file that describes what exists. Its plan has no changes, except that adopted inline policies that it can't express
 * would be deleted, and a lost annotation added again. Notes list what it leaves out; ownership tags are not part of it.
 */
export function liveFile(observed: ObservedListing, inline: InlineDocuments): LiveFile {
  const { cluster, provider, serviceAccounts } = observed;
  const associated = liveAssociations(observed, inline);
  const seen = new Set([...serviceAccounts.map(({ ref }) => serviceAccountPath(ref)), ...associated.keys()]);
  const alone = rolesRead(observed).flatMap((listed) => {
    const ref = taggedServiceAccount(listed.role);
    if (ref === undefined || seen.has(serviceAccountPath(ref))) return [];
    const owned = ownedRole(listed.role, cluster, ref);
    if (owned === undefined) return [];
    const metadata = { labels: {}, annotations: trustedAudience(listed, ref, observed) };
    return [
      unnamedServiceAccount(
        { ref, serviceAccount: metadata, isAlone: true, listed },
        owned,
        observed,
        inline,
      ),
    ];
  });
  const byToken = serviceAccounts.filter(({ ref }) => !associated.has(serviceAccountPath(ref)));
  const all = [
    ...byToken.flatMap((one) => liveServiceAccount(one, observed, inline)),
    ...alone,
    ...associated.values(),
  ];
  const entriesOf = (name: LiveList): object[] =>
    all.flatMap(({ entry, list = "serviceAccounts" }) =>
      entry !== undefined && list === name ? [entry] : [],
    );
  const associations = entriesOf("podIdentityAssociations");
  const registered = valueOf(provider)?.clientIds.includes(DEFAULT_AUDIENCE) === true;
  return {
    file: {
      apiVersion: "eksctl.io/v1alpha5",
      kind: "ClusterConfig",
      metadata: { name: cluster.name, region: cluster.region },
      iam: {
        withOIDC: registered,
        serviceAccounts: entriesOf("serviceAccounts"),
        ...(associations.length > 0 && { podIdentityAssociations: associations }),
      },
    },
    serviceAccounts: all,
  };
}

/** A ServiceAccount without a role does not belong in the file. */
function liveServiceAccount(
  serviceAccount: ServiceAccount,
  observed: ObservedListing,
  inline: InlineDocuments,
): LiveServiceAccount[] {
  const { ref } = serviceAccount;
  const own = ownRole(ref, observed);
  const { kind, text: annotation } = annotatedRole(serviceAccount);
  if (kind === "none")
    return own === undefined
      ? []
      : [
          unnamedServiceAccount(
            { ref, serviceAccount, isAlone: false, listed: own.listed },
            own.owned,
            observed,
            inline,
          ),
        ];
  const found = nameableRole(annotation, "its annotation is not a valid role ARN", observed);
  if (typeof found === "string") return [leftOut(ref, `${found}: ${annotation}`)];
  if (ref.name === "default") return [onDefault(ref, annotation)];
  if (own !== undefined && own.owned.arn === found.role.arn)
    return [ownServiceAccount({ ref, serviceAccount, isAlone: false, listed: own.listed }, observed, inline)];
  const { metadata, unsaid } = saidMetadata(ref, serviceAccount);
  const other =
    own === undefined ? [] : [{ what: `role '${own.listed.role.name}', which irsa also manages for it` }];
  return [
    { serviceAccount: ref, entry: { metadata, attachRoleARN: annotation }, unsaid: [...unsaid, ...other] },
  ];
}
