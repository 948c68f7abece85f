import { DEFAULT_AUDIENCE } from "../model/issuer.ts";
import type { ServiceAccount } from "../model/kubernetes-objects.ts";
import { valueOf } from "../model/known.ts";
import type { LiveFile, LiveServiceAccount } from "../model/live-file.ts";
import { taggedServiceAccount } from "../model/ownership-tags.ts";
import { annotatedArn, annotatedRole } from "../model/service-account-facts.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../model/service-account-ref.ts";
import { ownedRole, type OwnedRole } from "../service-account/role/ownership.ts";
import {
  annotatedListedRole,
  rolesRead,
  type ListedRole,
  type ObservedListing,
} from "../service-account/list/observe.ts";
import { serviceAccountRows } from "../service-account/list/rows.ts";
import { saidMetadata } from "./live-pairs.ts";
import {
  leftOut,
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
  const identities = podIdentities(observed);
  const existing = new Set(serviceAccounts.map(({ ref }) => serviceAccountPath(ref)));
  const absent = [...identities].filter(([path]) => !existing.has(path));
  const seen = new Set([...existing, ...identities.keys()]);
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
  const all = [
    ...serviceAccounts.flatMap((one) => {
      const identity = identities.get(serviceAccountPath(one.ref));
      if (identity === undefined) return liveServiceAccount(one, observed, inline);
      if (annotatedRole(one).kind === "none") return [identity];
      return liveServiceAccount(one, observed, inline).map((live) => ({
        ...live,
        unsaid: [...live.unsaid, ...identity.unsaid],
      }));
    }),
    ...alone,
    ...absent.map(([, identity]) => identity),
  ];
  const registered = valueOf(provider)?.clientIds.includes(DEFAULT_AUDIENCE) === true;
  return {
    file: {
      apiVersion: "eksctl.io/v1alpha5",
      kind: "ClusterConfig",
      metadata: { name: cluster.name, region: cluster.region },
      iam: { withOIDC: registered, serviceAccounts: all.flatMap(({ entry }) => entry ?? []) },
    },
    serviceAccounts: all,
  };
}

/**
 * What has its role by EKS Pod Identity, by `namespace/name`. An entry in the file would plan IRSA for it; the annotation
 * that it may have beside is another matter.
 */
function podIdentities(observed: ObservedListing): ReadonlyMap<string, LiveServiceAccount> {
  const rows = serviceAccountRows(observed).filter(({ way }) => way === "pod-identity");
  return new Map(
    rows.map(({ serviceAccount, role }) => {
      const which = role === undefined ? "" : ` (${role})`;
      const what = `its role by EKS Pod Identity${which}, which apply does not set up`;
      return [serviceAccountPath(serviceAccount), leftOut(serviceAccount, what)];
    }),
  );
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
  const found = nameableRole(serviceAccount, observed);
  if (typeof found === "string") return [leftOut(ref, `${found}: ${annotation}`)];
  if (ref.name === "default")
    return [
      leftOut(
        ref,
        `'default' is used by every pod that specifies no ServiceAccount; its role: ${annotation}`,
      ),
    ];
  if (own !== undefined && own.owned.arn === found.role.arn)
    return [ownServiceAccount({ ref, serviceAccount, isAlone: false, listed: own.listed }, observed, inline)];
  const { metadata, unsaid } = saidMetadata(ref, serviceAccount);
  const other =
    own === undefined ? [] : [{ what: `role '${own.listed.role.name}', which irsa also manages for it` }];
  return [
    { serviceAccount: ref, entry: { metadata, attachRoleARN: annotation }, unsaid: [...unsaid, ...other] },
  ];
}

/** The role of an annotation, or why a file can't name it. */
function nameableRole(serviceAccount: ServiceAccount, observed: ObservedListing): ListedRole | string {
  const annotation = annotatedArn(serviceAccount);
  if (annotation === undefined) return "its annotation is not a valid role ARN";
  const found = annotatedListedRole(serviceAccount, observed);
  if (found.state === "unknown")
    return found.failure.code === "other-aws-account"
      ? "its role belongs to another AWS account"
      : `its role can't be read (${found.failure.message})`;
  if (found.value === undefined) return "its role does not exist";
  const { role } = found.value;
  return role.arn === annotation ? found.value : `its role has a different ARN (${role.arn})`;
}

/** The role that irsa has for the ServiceAccount, with the proof of that; one of the computed name goes before. */
function ownRole(
  ref: ServiceAccountRef,
  observed: ObservedListing,
): { readonly listed: ListedRole; readonly owned: OwnedRole } | undefined {
  const all = rolesRead(observed).flatMap((listed) => {
    const owned = ownedRole(listed.role, observed.cluster, ref);
    return owned === undefined ? [] : [{ listed, owned }];
  });
  return all.find(({ owned }) => owned.witness === "name") ?? all[0];
}
