import type { ServiceAccount } from "../../model/kubernetes-objects.ts";
import { attachmentHash, hashesIn, notAttached, TAG } from "../../model/ownership-tags.ts";
import { annotatedRole, audienceOf } from "../../model/service-account-facts.ts";
import type { PodIdentityAssociation } from "../../model/pod-identity.ts";
import type { ServiceAccountRef } from "../../model/service-account-ref.ts";
import type { WayName } from "../../model/way.ts";
import type { ListedRole, ObservedListing } from "./observe.ts";
import { strangersIn } from "../role/sharing.ts";
import { evaluateGrant } from "../../model/trust-policy/grant.ts";
import { holderOf } from "../role/holder.ts";
import { grantFor, podIdentityGrantFor } from "../role/trust.ts";

/** A difference from what the ownership tags record, or between two parts of the chain; `code` is stable, `message` is prose. */
export interface Drift {
  readonly code: string;
  readonly message: string;
}

/** A ServiceAccount and the role that is compared with it. */
interface Subject {
  readonly ref: ServiceAccountRef;
  readonly serviceAccount: ServiceAccount | undefined;
  readonly role: ListedRole | undefined;
  /** The role that irsa created or adopted for the ServiceAccount. */
  readonly own: ListedRole | undefined;
  readonly way: WayName;
  readonly association: PodIdentityAssociation | undefined;
  /** Names of further roles whose tags claim the ServiceAccount. */
  readonly rivals: readonly string[];
  readonly observed: ObservedListing;
}

/** How a ServiceAccount and its role have drifted; pure. */
export function drifts(subject: Subject): Drift[] {
  return [
    ...(subject.way === "irsa" ? annotationDrift(subject) : associationDrift(subject)),
    ...rivalDrift(subject),
    ...roleDrift(subject),
    ...providerDrift(subject),
  ];
}

function annotationDrift({ serviceAccount, role, own }: Subject): Drift[] {
  if (serviceAccount === undefined) return [drift("account-gone", "the ServiceAccount does not exist")];
  const { kind, text: annotation } = annotatedRole(serviceAccount);
  if (kind === "none") return [drift("annotation-missing", "the ServiceAccount has no role annotation")];
  if (kind === "malformed") return [drift("bad-annotation", "the annotation is not a valid role ARN")];
  if (role !== undefined && role.role.arn !== annotation)
    return [drift("annotation-path", `the annotation has a different path than the role: ${role.role.arn}`)];
  if (own !== undefined && own.role.arn !== annotation)
    return [drift("annotation-other", `the annotation is not the role managed by irsa, ${own.role.name}`)];
  return [];
}

function associationDrift({ serviceAccount, association, own }: Subject): Drift[] {
  if (serviceAccount === undefined) return [drift("account-gone", "the ServiceAccount does not exist")];
  if (association === undefined)
    return [drift("association-missing", "the ServiceAccount has no Pod Identity association")];
  if (own !== undefined && own.role.arn !== association.roleArn)
    return [
      drift("association-other", `the association's role is not the role managed by irsa, ${own.role.name}`),
    ];
  return [];
}

function rivalDrift({ rivals }: Subject): Drift[] {
  if (rivals.length === 0) return [];
  return [drift("two-roles", `other roles have ownership tags for it: ${rivals.join(", ")}`)];
}

function roleDrift({ ref, serviceAccount, way, association, role, own, observed }: Subject): Drift[] {
  if (role === undefined)
    return association !== undefined || annotatedRole(serviceAccount).kind === "arn"
      ? [drift("role-gone", "the role does not exist")]
      : [];
  const grant =
    way === "irsa"
      ? grantFor(observed.cluster, ref, audienceOf(serviceAccount))
      : podIdentityGrantFor(observed.cluster, ref, association?.withoutSessionTags);
  const refuses = evaluateGrant(role.role.trust, grant).verdict === "deny";
  const others = isOwn(own, role) ? strangersIn(role.role.trust, holderOf(observed.cluster, ref, grant)) : [];
  return [
    ...(others.length > 0 ? [drift("role-shared", `the trust policy also allows ${others.join(", ")}`)] : []),
    ...(refuses ? [drift("trust-refuses", "the trust policy does not allow the ServiceAccount")] : []),
    ...attachmentDrift(role),
  ];
}

function isOwn(own: ListedRole | undefined, role: ListedRole): boolean {
  return own?.role.arn === role.role.arn;
}

/** The tag records hashes of the attached policies, not their names; it is written before a policy is attached. */
function attachmentDrift({ role, attached }: ListedRole): Drift[] {
  const there = new Set(attached.map(attachmentHash));
  const gone = [...hashesIn(role.tags[TAG.attached])].filter((hash) => !there.has(hash)).length;
  if (gone === 0) return [];
  return [drift("attachment-gone", notAttached(gone))];
}

function providerDrift({ serviceAccount, way, observed: { provider } }: Subject): Drift[] {
  if (way !== "irsa" || provider.state === "unknown") return [];
  if (provider.value === undefined)
    return [drift("provider-missing", "the cluster has no IAM OIDC provider")];
  const audience = audienceOf(serviceAccount);
  if (provider.value.clientIds.includes(audience)) return [];
  return [drift("audience-missing", `the OIDC provider does not accept audience ${audience}`)];
}

function drift(code: string, message: string): Drift {
  return { code, message };
}
