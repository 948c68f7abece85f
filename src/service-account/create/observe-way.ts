import type { EksPort } from "../../aws/port.ts";
import { parseRoleArn, type RoleArn } from "../../model/arn.ts";
import type { ClusterWithIssuer } from "../../model/cluster.ts";
import type { ServiceAccount } from "../../model/kubernetes-objects.ts";
import type { AskedAssociation } from "../../model/pod-identity-change.ts";
import { annotatedArn } from "../../model/service-account-facts.ts";
import type { ServiceAccountRef } from "../../model/service-account-ref.ts";
import type { PolicyDocument } from "../../model/trust-policy/document.ts";
import { evaluateGrant } from "../../model/trust-policy/grant.ts";
import { admitsServiceAccount, podIdentityGrantFor } from "../role/trust.ts";
import type { DesiredServiceAccount } from "./desired.ts";
import type { ObservedPodIdentity } from "./observed.ts";

/** The role that the ServiceAccount's pods get now, by the way that is asked for. */
export function currentRoleArn(
  { podIdentity: asked }: DesiredServiceAccount,
  serviceAccount: ServiceAccount | undefined,
  podIdentity: ObservedPodIdentity | undefined,
): RoleArn | undefined {
  if (asked === undefined) return annotatedArn(serviceAccount);
  const parsed = parseRoleArn(podIdentity?.association?.roleArn ?? "");
  return parsed.ok ? parsed.value : undefined;
}

/** Reads what there is of Pod Identity. @throws Failure if it can't be read: an association must not be overlooked */
export async function observePodIdentity(
  eks: EksPort,
  { name }: ClusterWithIssuer,
  serviceAccount: ServiceAccountRef,
): Promise<ObservedPodIdentity> {
  const [association] = await eks.describePodIdentities(name, serviceAccount);
  return { association };
}

/** True if the trust policy allows the ServiceAccount, or may, by the way that is asked for. */
export function admitsAsAsked(
  trust: PolicyDocument,
  cluster: ClusterWithIssuer,
  serviceAccount: ServiceAccountRef,
  podIdentity: AskedAssociation | undefined,
): boolean {
  if (podIdentity === undefined) return admitsServiceAccount(trust, cluster, serviceAccount);
  const { withoutSessionTags } = podIdentity;
  const grant = podIdentityGrantFor(cluster, serviceAccount, withoutSessionTags);
  return evaluateGrant(trust, grant).verdict !== "deny";
}
