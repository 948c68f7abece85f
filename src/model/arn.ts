import type { Brand } from "./brand.ts";
import { invalid, valid, type Parsed } from "./problems.ts";

/**
 * The parts of an Amazon Resource Name.
 * Source: AWS General Reference, "Identify AWS resources with Amazon Resource Names (ARNs)".
 */
export interface ArnParts {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly awsAccount: string;
  readonly resource: string;
}

/** ARNs that have been parsed, by what they name. */
export type ClusterArn = Brand<"ClusterArn">;
export type RoleArn = Brand<"RoleArn">;
export type PolicyArn = Brand<"PolicyArn">;
export type ProviderArn = Brand<"ProviderArn">;

const ARN = /^arn:([^:]+):([^:]+):([^:]*):([^:]*):(.+)$/s;

/** The parts of anything that has the form of an ARN; `undefined` for all else. */
export function splitArn(text: string): ArnParts | undefined {
  const match = ARN.exec(text);
  if (match === null) return undefined;
  const [, partition = "", service = "", region = "", awsAccount = "", resource = ""] = match;
  return { partition, service, region, awsAccount, resource };
}

const CLUSTER_ARN = /^arn:aws[a-z0-9-]*:eks:[a-z0-9-]+:\d{12}:cluster\/[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/;
const ROLE_ARN = /^arn:aws[a-z0-9-]*:iam::\d{12}:role\/([\x21-\x7e]+\/)?[\w+=,.@-]{1,64}$/;
const POLICY_ARN = /^arn:aws[a-z0-9-]*:iam::(\d{12}|aws):policy\/([\x21-\x7e]+\/)?[\w+=,.@-]{1,128}$/;

/** The ARN of an EKS cluster, `arn:<partition>:eks:<region>:<account>:cluster/<name>`. */
export function parseClusterArn(text: string): Parsed<ClusterArn> {
  if (CLUSTER_ARN.test(text)) return valid(text as ClusterArn);
  return invalid(
    "is not a valid cluster ARN; an example is arn:aws:eks:eu-west-1:111122223333:cluster/my-cluster",
  );
}

/** A cluster's name. Source: EKS API Reference, CreateCluster (`name`). */
export function parseClusterName(text: string): Parsed<string> {
  if (/^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/.test(text)) return valid(text);
  return invalid("is not a valid EKS cluster name: use up to 100 letters, digits, '-' and '_'");
}

/** The ARN of an IAM role, with its path if it has one. */
export function parseRoleArn(text: string): Parsed<RoleArn> {
  if (ROLE_ARN.test(text)) return valid(text as RoleArn);
  return invalid(
    `is not a valid role ARN${iamArnHint(text, "role")}; an example is arn:aws:iam::111122223333:role/my-role`,
  );
}

/** The ARN of a managed policy, AWS's (account `aws`) or a customer's. */
export function parsePolicyArn(text: string): Parsed<PolicyArn> {
  if (POLICY_ARN.test(text)) return valid(text as PolicyArn);
  return invalid(
    `is not a valid policy ARN${iamArnHint(text, "policy")}; an example is arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess`,
  );
}

function iamArnHint(text: string, wanted: string): string {
  const parts = splitArn(text);
  if (parts === undefined) return "";
  if (parts.service !== "iam") return ` (its service is '${parts.service}', not iam)`;
  const kind = parts.resource.split("/")[0] ?? "";
  if (kind !== wanted) return ` (it is the ARN of a '${kind}')`;
  if (!/^(\d{12}|aws)$/.test(parts.awsAccount))
    return ` (its AWS account '${parts.awsAccount}' is not 12 digits)`;
  return "";
}

/** The cluster's name, region, account and partition, which all else is derived from. */
export interface ClusterRef {
  readonly arn: ClusterArn;
  readonly partition: string;
  readonly region: string;
  readonly awsAccount: string;
  readonly name: string;
}

/** Takes a cluster's ARN apart. */
export function clusterRef(arn: ClusterArn): ClusterRef {
  const parts = requireParts(arn);
  return { ...parts, arn, name: parts.resource.slice("cluster/".length) };
}

/** A role by its ARN: AWS account, path (`/` or `/a/b/`) and name. */
export interface RoleRef {
  readonly arn: RoleArn;
  readonly partition: string;
  readonly awsAccount: string;
  readonly path: string;
  readonly name: string;
}

/** Takes a role's ARN apart. */
export function roleRef(arn: RoleArn): RoleRef {
  const { partition, awsAccount, resource } = requireParts(arn);
  const nameAt = resource.lastIndexOf("/") + 1;
  const path = resource.slice(resource.indexOf("/"), nameAt);
  return { arn, partition, awsAccount, path, name: resource.slice(nameAt) };
}

/** True if a session's ARN, `arn:…:sts::…:assumed-role/NAME/SESSION`, is of the role. */
export function isSessionOf(assumedRoleArn: string, role: RoleArn): boolean {
  const { name, awsAccount } = roleRef(role);
  const { awsAccount: owner, resource = "" } = splitArn(assumedRoleArn) ?? {};
  // A session's ARN leaves out the role's path; its name is unique without regard to case.
  return owner === awsAccount && resource.split("/")[1]?.toLowerCase() === name.toLowerCase();
}

/** The name of the role of a session; the whole ARN where it has none. */
export function sessionRoleName(assumedRoleArn: string): string {
  return assumedRoleArn.split("/")[1] ?? assumedRoleArn;
}

/** The ARN that a role of this name and path has in the cluster's AWS account. */
export function roleArn(cluster: ClusterRef, path: string, name: string): RoleArn {
  return `arn:${cluster.partition}:iam::${cluster.awsAccount}:role${path}${name}` as RoleArn;
}

/** The last segment of a policy's ARN, as people call it. */
export function policyName(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}

/** The ARN that a customer's policy of the same path and name has in another AWS account. */
export function policyIn(arn: PolicyArn, awsAccount: string): PolicyArn {
  const { partition, resource } = requireParts(arn);
  return `arn:${partition}:iam::${awsAccount}:${resource}` as PolicyArn;
}

/** True for a policy that AWS owns. */
export function isAwsManaged(arn: PolicyArn): boolean {
  return requireParts(arn).awsAccount === "aws";
}

/** The partition of an ARN that has been parsed. */
export function partitionOf(arn: ClusterArn | RoleArn | PolicyArn | ProviderArn): string {
  return requireParts(arn).partition;
}

function requireParts(arn: string): ArnParts {
  const parts = splitArn(arn);
  if (parts === undefined) throw new TypeError(`not an ARN: ${arn}`);
  return parts;
}
