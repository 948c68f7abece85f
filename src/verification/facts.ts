import { isSessionOf, parseRoleArn, roleRef, type ProviderArn, type RoleArn } from "../model/arn.ts";
import type { ClusterWithIssuer } from "../model/cluster.ts";
import { hostPath } from "../model/issuer.ts";
import type { ServiceAccount } from "../model/kubernetes-objects.ts";
import { annotatedArn, audienceOf } from "../model/service-account-facts.ts";
import { subjectOf } from "../model/service-account-ref.ts";
import type { PodIdentityAssociation } from "../model/pod-identity.ts";
import type { Grant, PodIdentityGrant, WebIdentityGrant } from "../model/trust-policy/grant.ts";
import { podIdentityGrantFor } from "../service-account/role/trust.ts";
import { wayOf } from "./choose-way.ts";
import { withIssuer, type Observed } from "./observed.ts";
import type { SecondView } from "./sources.ts";
import { UNASKED, valueOf } from "../model/known.ts";

/** The association, if there is one and it could be read. */
export function associationOf({
  association,
}: Pick<Observed, "association">): PodIdentityAssociation | undefined {
  return valueOf(valueOf(association)?.details ?? UNASKED);
}

/** What tells the way that pods take. */
type OnWay = Pick<Observed, "subject" | "serviceAccount" | "association" | "tried" | "pods">;

/** The ARN of the role that pods get by the way that they take, if it is a valid one. */
export function roleArnOf(observed: OnWay): RoleArn | undefined {
  if (wayOf(observed) === "irsa") return annotatedArn(serviceAccountOf(observed));
  return arnIn(associationOf(observed)?.roleArn);
}

/** The ARN of the role that EKS assumes with the association's own, if there is one. */
export function targetRoleArnOf(observed: Pick<Observed, "association">): RoleArn | undefined {
  return arnIn(associationOf(observed)?.targetRoleArn);
}

function arnIn(text: string | undefined): RoleArn | undefined {
  const parsed = parseRoleArn(text ?? "");
  return parsed.ok ? parsed.value : undefined;
}

/** The ServiceAccount, if it exists and could be read. */
export function serviceAccountOf({
  serviceAccount,
}: Pick<Observed, "serviceAccount">): ServiceAccount | undefined {
  return valueOf(serviceAccount)?.found;
}

/** The provider that STS looks for: in the AWS account of the role. */
export function providerFor(cluster: ClusterWithIssuer, role: RoleArn | undefined): ProviderArn {
  const owner = role === undefined ? cluster.awsAccount : roleRef(role).awsAccount;
  return `arn:${cluster.partition}:iam::${owner}:oidc-provider/${hostPath(cluster.issuer)}` as ProviderArn;
}

/** True if the role belongs to an AWS account that can't be read: neither the cluster's nor one that a profile was given for. */
export function isElsewhere(observed: Observed): boolean {
  const role = roleArnOf(observed);
  return role !== undefined && isAway(observed, role) && secondFor(observed, role) === undefined;
}

/** The AWS account beside the cluster's that can be read and that the role is in; `undefined` for any other role. */
export function secondFor({ second }: Observed, role: RoleArn | undefined): SecondView | undefined {
  return role !== undefined && roleRef(role).awsAccount === second?.awsAccount ? second : undefined;
}

function isAway({ cluster }: Observed, role: RoleArn): boolean {
  const own = valueOf(cluster)?.awsAccount;
  return own !== undefined && roleRef(role).awsAccount !== own;
}

/** The claims of the ServiceAccount's tokens, which the role's trust policy must allow. */
export function grantOf(observed: Observed): WebIdentityGrant | undefined {
  const cluster = withIssuer(observed);
  const serviceAccount = serviceAccountOf(observed);
  if (cluster === undefined || serviceAccount === undefined) return undefined;
  return {
    providerArn: providerFor(cluster, annotatedArn(serviceAccount)),
    issuerHostPath: hostPath(cluster.issuer),
    subject: subjectOf(serviceAccount.ref),
    audience: audienceOf(serviceAccount),
  };
}

/** What the association's role must allow EKS for this ServiceAccount. */
export function podIdentityGrantOf(observed: Observed): PodIdentityGrant | undefined {
  const cluster = valueOf(observed.cluster);
  const ref = valueOf(observed.serviceAccount)?.ref;
  const association = associationOf(observed);
  if (cluster === undefined || ref === undefined || association === undefined) return undefined;
  return podIdentityGrantFor(cluster, ref, association.withoutSessionTags);
}

/** What the role that pods get must allow, by the way that they take. */
export function wayGrantOf(observed: Observed): Grant | undefined {
  return wayOf(observed) === "irsa" ? grantOf(observed) : podIdentityGrantOf(observed);
}

/** The error of STS or EKS, if a token was tried and rejected. */
export function refusalOf({ proof }: Observed): { code: string; message: string } | undefined {
  const outcome = valueOf(proof);
  return outcome?.state === "refused" ? outcome : undefined;
}

/** True if STS, or EKS, accepted a token of the ServiceAccount for its role. */
export function isProved(observed: Observed): boolean {
  const outcome = valueOf(observed.proof);
  if (outcome?.state !== "accepted") return false;
  return wayOf(observed) === "irsa" || isOfAssociation(outcome.assumedRoleArn, observed);
}

/**
 * EKS chooses the role by the association, of which it may still know an earlier state.
 * Source: EKS API Reference, CreatePodIdentityAssociation (associations are eventually consistent).
 */
function isOfAssociation(assumedRoleArn: string, observed: Observed): boolean {
  const role = targetRoleArnOf(observed) ?? roleArnOf(observed);
  return role === undefined || isSessionOf(assumedRoleArn, role);
}
