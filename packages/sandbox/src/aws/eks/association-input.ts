import { evaluateTrust } from "irsa-model/trust-policy/evaluate.ts";
import { contextOf } from "irsa-model/trust-policy/request.ts";
import { AwsError, maybeText, type Parameters } from "../exchange.ts";
import { checkedPermissions } from "../iam/permission-grammar.ts";
import { at, type AwsAccountState, type PodIdentityState, type RoleState } from "../state.ts";

/** The service that assumes roles for pods. */
export const PODS_SERVICE = "pods.eks.amazonaws.com";

/** Source: EKS API Reference, CreatePodIdentityAssociation: `policy`. */
const LONGEST_POLICY = 2048;

/** EKS's answer to a parameter that is wrong in itself. */
export function invalidParameter(message: string): AwsError {
  return new AwsError(400, "InvalidParameterException", message);
}

/** A parameter that must be there. @throws AwsError InvalidParameterException */
export function required(parameters: Parameters, name: string): string {
  const value = maybeText(parameters, name);
  if (value === undefined || value === "") throw invalidParameter(`${name} can't be blank.`);
  return value;
}

/** A boolean of a JSON body, or `undefined`. @throws AwsError InvalidParameterException */
export function maybeBoolean(parameters: Parameters, name: string): boolean | undefined {
  const value = parameters[name] ?? undefined;
  if (value === undefined || typeof value === "boolean") return value;
  throw invalidParameter(`${name} must be true or false.`);
}

/** Source: Kubernetes documentation, "Object Names and IDs"; neither has to exist in the cluster. */
export function checkServiceAccount(namespace: string, serviceAccount: string): void {
  if (!/^[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/.test(namespace))
    throw invalidParameter(`The namespace ${namespace} is not valid.`);
  const isSubdomain = /^[a-z\d]([a-z\d-]*[a-z\d])?(\.[a-z\d]([a-z\d-]*[a-z\d])?)*$/.test(serviceAccount);
  if (!isSubdomain || serviceAccount.length > 253)
    throw invalidParameter(`The service account ${serviceAccount} is not valid.`);
}

/**
 * A role that EKS can be given for pods: of the cluster's AWS account, existing, and trusting EKS's pods at all. On what
 * conditions is left to when it is assumed; so is sts:TagSession.
 * Source: EKS User Guide, "Access AWS Resources using EKS Pod Identity Target IAM Roles" (the role must be in the cluster's
 * account); hashicorp/terraform-provider-aws issues 34711 and 41483, eksctl-io/eksctl issue 8718 (the errors).
 * @throws AwsError AccessDeniedException, InvalidParameterException
 */
export function checkPodRole(awsAccount: AwsAccountState, roleArn: string): void {
  if (!roleArn.startsWith(`arn:${awsAccount.partition}:iam::${awsAccount.awsAccount}:role/`))
    throw new AwsError(403, "AccessDeniedException", "Cross-account pass role is not allowed.");
  const role = roleByArn(awsAccount, roleArn);
  if (role === undefined) throw invalidParameter("Role provided in the request does not exist.");
  if (!mayTrustPods(role)) throw invalidParameter("Trust policy of the role provided is invalid");
}

/** The role with that ARN, its path included. */
export function roleByArn(awsAccount: AwsAccountState, arn: string): RoleState | undefined {
  const role = at(awsAccount.roles, arn.slice(arn.lastIndexOf("/") + 1).toLowerCase());
  return role?.arn === arn ? role : undefined;
}

function mayTrustPods({ trust }: RoleState): boolean {
  const { verdict } = evaluateTrust(JSON.parse(trust), {
    principal: { type: "Service", id: PODS_SERVICE },
    action: "sts:AssumeRole",
    context: contextOf({}),
    others: "unknown",
  });
  return verdict !== "deny";
}

/** What an association says beside its role. */
export type AssociationOptions = Pick<PodIdentityState, "targetRoleArn" | "disableSessionTags" | "policy">;

/**
 * What an association is to say after a request: what the request does not give stays, and an empty text clears.
 * @throws AwsError InvalidParameterException
 */
export function optionsAfter(before: AssociationOptions, parameters: Parameters): AssociationOptions {
  const after = {
    targetRoleArn: given(parameters, "targetRoleArn", before.targetRoleArn),
    policy: given(parameters, "policy", before.policy),
    disableSessionTags: maybeBoolean(parameters, "disableSessionTags") ?? before.disableSessionTags ?? false,
  };
  if (
    after.targetRoleArn !== undefined &&
    !/^arn:aws[a-z-]*:iam::\d{12}:role\/\S+$/.test(after.targetRoleArn)
  )
    throw invalidParameter("The target role ARN provided in the request is not valid.");
  if (after.policy !== undefined) checkSessionPolicy(after.policy, after.disableSessionTags);
  return after;
}

function given(parameters: Parameters, name: string, before: string | undefined): string | undefined {
  const value = maybeText(parameters, name);
  return value === undefined ? before : value === "" ? undefined : value;
}

function checkSessionPolicy(policy: string, disableSessionTags: boolean): void {
  if (!disableSessionTags)
    throw invalidParameter("disableSessionTags must be true when a policy is provided.");
  if (policy.length > LONGEST_POLICY)
    throw invalidParameter(`The policy must have at most ${LONGEST_POLICY} characters.`);
  try {
    checkedPermissions(policy);
  } catch (error) {
    if (error instanceof AwsError)
      throw invalidParameter(`The policy provided is not valid: ${error.message}`);
    throw error;
  }
}
