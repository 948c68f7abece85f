import type { EksAuthPort, PodIdentityAnswer } from "../../src/aws/port.ts";
import { parseRoleArn, roleRef, type RoleArn } from "../../src/model/arn.ts";
import type { ClusterWithIssuer } from "../../src/model/cluster.ts";
import { Failure } from "../../src/model/failure.ts";
import type { PodIdentityAssociation } from "../../src/model/pod-identity.ts";
import { evaluateTrust } from "../../src/model/trust-policy/evaluate.ts";
import {
  podIdentityRequests,
  targetRoleRequests,
} from "../../src/model/trust-policy/pod-identity-request.ts";
import { mayAssume } from "../../src/model/trust-policy/may-assume.ts";
import { readTrust } from "../../src/model/trust-policy/read.ts";
import type { TrustRequest } from "../../src/model/trust-policy/request.ts";
import type { Effects, IamState } from "./iam.ts";
import { claimsOf, type Claims, type Decree } from "./sts.ts";

/** What EKS Auth judges by. */
export interface EksAuthState {
  readonly cluster: ClusterWithIssuer;
  readonly iamOf: (awsAccount: string) => IamState;
  readonly associationOf: (serviceAccount: string) => PodIdentityAssociation | undefined;
  readonly decree: Decree;
}

/** EKS Auth in memory: judges a pod's token by association, trust and target role, as the real one does. */
export function eksAuthEffects(state: EksAuthState): Effects<EksAuthPort> {
  return {
    assumeRoleForPodIdentity: ({ cluster, token }) => {
      if (state.decree.eksAuth !== undefined) return { accepted: false, ...state.decree.eksAuth };
      if (cluster !== state.cluster.name)
        return refuse("ResourceNotFound", `No cluster found for name: ${cluster}.`);
      const claims = claimsOf(token);
      return invalid(claims, state.cluster) ?? assume(claims, state);
    },
  };
}

function invalid({ iss, aud, pod }: Claims, { issuer }: ClusterWithIssuer): PodIdentityAnswer | undefined {
  if (iss !== issuer) return refuse("InvalidToken", "The token's issuer is not the cluster's");
  if (aud !== "pods.eks.amazonaws.com") return refuse("InvalidToken", `Invalid audience ${aud}`);
  return pod === undefined ? refuse("InvalidToken", "The token is not bound to a pod") : undefined;
}

function assume({ sub, pod = "" }: Claims, state: EksAuthState): PodIdentityAnswer {
  const { cluster, iamOf } = state;
  const iamAt = (arn: string): IamState => iamOf(arn.split(":")[4] ?? "");
  const [namespace = "", name = ""] = sub.split(":").slice(2);
  const association = state.associationOf(`${namespace}/${name}`);
  if (association === undefined)
    return refuse("ResourceNotFound", `No associated role found for ServiceAccount ${namespace}/${name}`);
  const { roleArn, targetRoleArn } = association;
  if (!allows(iamAt(roleArn), roleArn, podIdentityRequests(cluster, association)))
    return refuse(
      "AccessDenied",
      "Unauthorized Exception! EKS does not have permissions to assume the associated role.",
    );
  const first = parseRoleArn(roleArn);
  if (targetRoleArn !== undefined && first.ok) {
    const requests = targetRoleRequests(cluster, association, first.value);
    if (
      !allows(iamAt(targetRoleArn), targetRoleArn, requests) ||
      !permits(iamAt(roleArn), first.value, targetRoleArn, requests)
    )
      return refuse(
        "AccessDenied",
        "Unauthorized Exception! EKS does not have permissions to assume the target role.",
      );
  }
  const assumed = parseRoleArn(targetRoleArn ?? roleArn);
  if (!assumed.ok) return refuse("InvalidRequest", "The role's ARN is not valid");
  const { partition, awsAccount, name: role } = roleRef(assumed.value);
  return {
    accepted: true,
    assumedRoleArn: `arn:${partition}:sts::${awsAccount}:assumed-role/${role}/eks-${cluster.name}-${pod}-1`,
    associationId: association.id,
  };
}

/** Inside AWS the whole request is known: a key that is not given is absent. */
function allows({ roles }: IamState, arn: string, requests: readonly TrustRequest[]): boolean {
  const role = roles.get(arn.slice(arn.lastIndexOf("/") + 1).toLowerCase())?.role;
  if (role?.arn !== arn) return false;
  return requests.every(({ others, ...request }) => {
    const inside = (key: string) =>
      typeof others === "function" && others(key) === "present" ? "present" : "absent";
    return evaluateTrust(role.trust, { ...request, others: inside }).verdict === "allow";
  });
}

/** Whether the first role's own policies let it assume the target role. */
function permits(
  { roles, policies }: IamState,
  first: RoleArn,
  target: string,
  requests: readonly TrustRequest[],
): boolean {
  const nameOf = (arn: string) => arn.slice(arn.lastIndexOf("/") + 1).toLowerCase();
  const [found, parsed] = [roles.get(nameOf(first)), parseRoleArn(target)];
  if (found === undefined || !parsed.ok) return false;
  const managed = found.attached.flatMap((arn) => policies.get(arn) ?? []);
  const permissions = { documents: [...managed, ...Object.values(found.inline)], isComplete: true };
  const trust = readTrust(roles.get(nameOf(target))?.role.trust);
  return mayAssume(first, permissions, { arn: parsed.value, trust }, requests) === "yes";
}

function refuse(code: string, message: string): PodIdentityAnswer {
  return { accepted: false, code, message };
}

/** EKS Auth's answer to a caller who lacks the permission. */
export function eksAuthDenies(): Failure {
  return new Failure("denied", "access-denied", "not permitted: eks-auth:AssumeRoleForPodIdentity");
}
