import { randomUUID } from "node:crypto";
import { evaluateTrust } from "irsa-model/trust-policy/evaluate.ts";
import { contextOf, type RequestPrincipal, type TrustRequest } from "irsa-model/trust-policy/request.ts";
import { PODS_SERVICE, roleByArn } from "../eks/association-input.ts";
import { externalIdOf } from "../eks/pod-identity.ts";
import { AwsError } from "../exchange.ts";
import { allowsRole, deniesRole } from "../iam/role-permissions.ts";
import { at, type AwsState, type ClusterState, type PodIdentityState, type RoleState } from "../state.ts";
import { sessionFacts } from "../session-request.ts";
import { sessionPrincipal } from "../sts.ts";
import type { PodIdentity } from "./pod-token.ts";

/** A pod that is to get credentials of its association's role. */
export interface PodRequest {
  readonly cluster: ClusterState;
  readonly awsAccount: string;
  readonly association: PodIdentityState;
  readonly identity: PodIdentity;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The session that a pod gets. */
export interface PodSession {
  readonly role: RoleState;
  readonly sessionName: string;
  /** Seconds. */
  readonly duration: number;
  readonly policy: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** Source: EKS User Guide, "Access AWS Resources using EKS Pod Identity Target IAM Roles": six hours, or one by a target role. */
const DURATION = { role: 6 * 3600, targetRole: 3600 };

type Keys = Readonly<Record<string, string | readonly string[]>>;

/**
 * Assumes an association's role for a pod as EKS does, and with it the target role if there is one.
 * Source: EKS User Guide, as above, and "Grant Pods access to AWS resources based on tags"; IAM User Guide, "Pass session
 * tags in AWS STS".
 * @throws AwsError AccessDeniedException, PackedPolicyTooLargeException
 */
export function assumeForPod(state: AwsState, request: PodRequest): PodSession {
  const { association, cluster, identity } = request;
  const sessionName = `eks-${cluster.name.slice(0, 10)}-${identity.pod.name.slice(0, 10)}-${randomUUID()}`;
  const tags = association.disableSessionTags === true ? {} : sessionTags(cluster, identity);
  expectPackable(tags);
  const role = assumeRole(state, request, sessionName, tags);
  const session = { role, sessionName, duration: DURATION.role, policy: association.policy, tags };
  if (association.targetRoleArn === undefined) return session;
  const target = assumeTarget(state, request, session, association.targetRoleArn);
  return { ...session, role: target, duration: DURATION.targetRole };
}

function sessionTags({ arn, name }: ClusterState, { namespace, serviceAccount, pod }: PodIdentity) {
  return {
    "eks-cluster-arn": arn,
    "eks-cluster-name": name,
    "kubernetes-namespace": namespace,
    "kubernetes-service-account": serviceAccount.name,
    "kubernetes-pod-name": pod.name,
    "kubernetes-pod-uid": pod.uid,
  };
}

/**
 * How many characters the keys and values of session tags may have together. AWS packs them into a binary format whose limit has
 * no published figure; this one is the sandbox's own. Names of usual lengths stay below it.
 */
const MOST_TAG_CHARACTERS = 480;

/** Source: AWS STS API Reference, AssumeRole, PackedPolicyTooLarge; EKS User Guide, as above, on session tags that are too large. */
function expectPackable(tags: PodSession["tags"]): void {
  const characters = Object.entries(tags).flat().join("").length;
  if (characters <= MOST_TAG_CHARACTERS) return;
  const percent = Math.ceil((100 * characters) / MOST_TAG_CHARACTERS);
  const message = `Packed size of session tags consumes ${percent}% of allotted space.`;
  throw new AwsError(400, "PackedPolicyTooLargeException", message);
}

function assumeRole(
  state: AwsState,
  request: PodRequest,
  sessionName: string,
  tags: PodSession["tags"],
): RoleState {
  const { association, cluster, awsAccount } = request;
  const role = roleIn(state, association.roleArn);
  const keys = {
    ...commonKeys(request, sessionName, tags),
    "aws:SourceAccount": awsAccount,
    "aws:SourceArn": cluster.arn,
    "aws:PrincipalServiceName": PODS_SERVICE,
    "aws:PrincipalIsAWSService": "true",
  };
  const principal = { type: "Service", id: PODS_SERVICE } as const;
  if (role === undefined || !actionsOf(tags).every((action) => trusts(role, { principal, action, keys })))
    throw denied("associated");
  return role;
}

/** The role's session needs both: the target's trust, and the role's own permission, unless a trust in its account names it. */
function assumeTarget(
  state: AwsState,
  request: PodRequest,
  { role, sessionName, tags }: PodSession,
  targetArn: string,
): RoleState {
  const { association, cluster, awsAccount } = request;
  const target = roleIn(state, targetArn);
  const account = state.awsAccounts[awsAccount];
  if (target === undefined || account === undefined) throw denied("target");
  const caller = sessionPrincipal({ arn: role.arn, roleId: role.id }, sessionName);
  const keys = {
    ...commonKeys(request, sessionName, tags),
    "aws:PrincipalArn": role.arn,
    "aws:PrincipalAccount": awsAccount,
    "aws:PrincipalType": "AssumedRole",
    "aws:userid": caller.userId,
    ...prefixed("aws:PrincipalTag/", { ...role.tags, ...tags }),
    ...(association.disableSessionTags === true && {
      "sts:ExternalId": externalIdOf(awsAccount, cluster, association),
    }),
  };
  for (const action of actionsOf(tags)) {
    const principal = { type: "AWS", arn: caller.arn, awsAccount } as const;
    if (!trusts(target, { principal, action, keys })) throw denied("target");
    const question = { action, resource: targetArn, context: contextOf(keys) };
    const isNamed =
      targetArn.split(":")[4] === awsAccount &&
      trusts({ ...target, trust: withoutAwsAccounts(target.trust) }, { principal, action, keys });
    const isAllowed = allowsRole(account, role, question);
    if (!isAllowed && !(isNamed && !deniesRole(account, role, question))) throw denied("target");
  }
  return target;
}

/** Tags make it a second action: each must be allowed. */
function actionsOf(tags: PodSession["tags"]): readonly string[] {
  return Object.keys(tags).length === 0 ? ["sts:AssumeRole"] : ["sts:AssumeRole", "sts:TagSession"];
}

/** The condition keys of both steps. Transitive tags count as tags of the request in each of them. */
function commonKeys({ cluster, now }: PodRequest, sessionName: string, tags: PodSession["tags"]): Keys {
  const names = Object.keys(tags);
  return {
    ...sessionFacts({ region: cluster.region, sessionName }, now),
    "aws:ViaAWSService": "false",
    ...prefixed("aws:RequestTag/", tags),
    ...(names.length > 0 && { "aws:TagKeys": names, "sts:TransitiveTagKeys": names }),
  };
}

function prefixed(
  prefix: string,
  values: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]));
}

interface Ask {
  readonly principal: RequestPrincipal;
  readonly action: string;
  readonly keys: Keys;
}

/** STS knows the whole request: a key that is not there is absent. */
function trusts({ trust }: RoleState, { principal, action, keys }: Ask): boolean {
  const request: TrustRequest = { principal, action, context: contextOf(keys), others: "absent" };
  return evaluateTrust(JSON.parse(trust), request).verdict === "allow";
}

interface TrustJson {
  readonly Statement?: unknown;
}

interface StatementJson {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
}

/** A trust policy without what it grants to AWS accounts as a whole, whose administrators must allow the rest. */
function withoutAwsAccounts(trust: string): string {
  const document = JSON.parse(trust) as TrustJson;
  const statements = [document.Statement].flat() as StatementJson[];
  return JSON.stringify({ ...document, Statement: statements.map(withoutAwsAccount) });
}

function withoutAwsAccount(statement: StatementJson): StatementJson {
  const { Effect, Principal } = statement;
  if (Effect !== "Allow" || typeof Principal !== "object" || Principal === null) return statement;
  const { AWS = [] } = Principal as { readonly AWS?: string | readonly string[] };
  const named = [AWS].flat().filter((id) => !/^(\d{12}|arn:[^:]+:iam::\d{12}:root)$/.test(id));
  return { ...statement, Principal: { ...Principal, AWS: named } };
}

function roleIn({ awsAccounts }: AwsState, arn: string): RoleState | undefined {
  const account = at(awsAccounts, arn.split(":")[4] ?? "");
  return account && roleByArn(account, arn);
}

/** EKS Auth does not tell a role that does not exist from one that does not trust it. */
function denied(which: "associated" | "target"): AwsError {
  const message = `Unauthorized Exception! EKS does not have permissions to assume the ${which} role.`;
  return new AwsError(400, "AccessDeniedException", message);
}
