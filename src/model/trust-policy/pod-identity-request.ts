import { roleRef, type ClusterRef, type RoleArn } from "../arn.ts";
import type { PodIdentityAssociation } from "../pod-identity.ts";
import type { ServiceAccountRef } from "../service-account-ref.ts";
import { contextOf, type KeyState, type TrustRequest } from "./request.ts";

/** The service that assumes roles for pods by Pod Identity. */
export const PODS_SERVICE = "pods.eks.amazonaws.com";

/** The tags that EKS gives to sessions, unless the association disables them. */
export const SESSION_TAGS = [
  "eks-cluster-arn",
  "eks-cluster-name",
  "kubernetes-namespace",
  "kubernetes-service-account",
  "kubernetes-pod-name",
  "kubernetes-pod-uid",
] as const;

/** What of an association decides which requests EKS makes. */
type Associated = Pick<PodIdentityAssociation, "serviceAccount" | "withoutSessionTags">;

/**
 * The requests that a role's trust policy must allow for an association to work: EKS assumes the role, and tags the
 * session unless the association disables it. The pod, and so two of the tags, are not known beforehand.
 * Source: EKS User Guide, "Create IAM role with trust policy required by EKS Pod Identity" and "Grant Pods access to
 * AWS resources based on tags".
 */
export function podIdentityRequests(
  cluster: ClusterRef,
  association: Associated,
): readonly [TrustRequest, ...TrustRequest[]] {
  return requests(
    { type: "Service", id: PODS_SERVICE },
    {
      ...tagKeys(cluster, association),
      "aws:PrincipalIsAWSService": "true",
      "aws:PrincipalServiceName": PODS_SERVICE,
      "aws:SourceAccount": cluster.awsAccount,
      "aws:SourceArn": cluster.arn,
      "sts:ExternalId": [],
    },
    association,
  );
}

/**
 * The requests with which the association's role assumes its target role. The session tags of the first session are
 * transitive, so that the second request has them too, and needs sts:TagSession for them. Without them, EKS passes the
 * association's external ID.
 * Source: EKS User Guide, "Access AWS Resources using EKS Pod Identity Target IAM Roles"; IAM User Guide, "Chaining
 * roles with session tags".
 */
export function targetRoleRequests(
  cluster: ClusterRef,
  association: Associated & Pick<PodIdentityAssociation, "externalId">,
  first: RoleArn,
): readonly [TrustRequest, ...TrustRequest[]] {
  const { partition, awsAccount, name } = roleRef(first);
  const { withoutSessionTags, externalId } = association;
  return requests(
    // No session is called this, so that no principal that names one session can be taken for EKS's.
    { type: "AWS", arn: `arn:${partition}:sts::${awsAccount}:assumed-role/${name}/*`, awsAccount },
    {
      ...tagKeys(cluster, association),
      ...(!withoutSessionTags && valuedTags("aws:PrincipalTag", cluster, association)),
      "aws:PrincipalAccount": awsAccount,
      "aws:PrincipalArn": first,
      "aws:PrincipalIsAWSService": "false",
      "aws:PrincipalType": "AssumedRole",
      ...(externalId !== undefined && withoutSessionTags && { "sts:ExternalId": externalId }),
    },
    association,
  );
}

/**
 * The external ID of an association, known before it is made.
 * Source: EKS User Guide, as above: `region/111122223333/cluster-name/namespace/service-account-name`.
 */
export function externalIdFor(
  { region, awsAccount, name }: ClusterRef,
  serviceAccount: ServiceAccountRef,
): string {
  return [region, awsAccount, name, serviceAccount.namespace, serviceAccount.name].join("/");
}

function requests(
  principal: TrustRequest["principal"],
  keys: Readonly<Record<string, string | readonly string[]>>,
  { withoutSessionTags }: Associated,
): readonly [TrustRequest, ...TrustRequest[]] {
  const others = (key: string): KeyState => {
    const [, prefix, tag] = /^(aws:requesttag|aws:principaltag)\/(.*)$/.exec(key) ?? [];
    const isGiven = !withoutSessionTags && SESSION_TAGS.some((one) => one === tag);
    if (isGiven && (prefix === "aws:requesttag" || principal.type === "AWS")) return "present";
    // A role's own tags are principal tags too.
    return prefix === "aws:requesttag" ? "absent" : "unknown";
  };
  const ask = (action: string): TrustRequest => ({ principal, action, context: contextOf(keys), others });
  return [ask("sts:AssumeRole"), ...(withoutSessionTags ? [] : [ask("sts:TagSession")])];
}

/** The tags whose values are known, and which tags there are. */
function tagKeys(cluster: ClusterRef, association: Associated): Record<string, string | readonly string[]> {
  if (association.withoutSessionTags) return { "aws:TagKeys": [], "sts:TransitiveTagKeys": [] };
  return {
    ...valuedTags("aws:RequestTag", cluster, association),
    "aws:TagKeys": SESSION_TAGS,
    "sts:TransitiveTagKeys": SESSION_TAGS,
  };
}

function valuedTags(
  prefix: "aws:RequestTag" | "aws:PrincipalTag",
  cluster: ClusterRef,
  { serviceAccount }: Associated,
): Record<string, string> {
  return {
    [`${prefix}/eks-cluster-arn`]: cluster.arn,
    [`${prefix}/eks-cluster-name`]: cluster.name,
    [`${prefix}/kubernetes-namespace`]: serviceAccount.namespace,
    [`${prefix}/kubernetes-service-account`]: serviceAccount.name,
  };
}
