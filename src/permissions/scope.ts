import { partitionIdOf } from "../model/partition.ts";
import { clusterRef, parseClusterArn, parsePolicyArn, type ClusterArn } from "../model/arn.ts";
import { hostPath, parseIssuerUrl } from "../model/issuer.ts";
import { invalid, valid, type Parsed, type Problems } from "../model/problems.ts";
import { parseRolePath, parseRolePrefix } from "../model/role-name.ts";
import { parsePolicyPattern, parseRolePattern } from "./arn-pattern.ts";

/** What a policy is narrowed to; what is absent is left open. */
export interface Scope {
  readonly partition: string;
  readonly region?: string;
  readonly account?: string;
  readonly cluster?: string;
  readonly rolePrefix?: string;
  readonly rolePath?: string;
  /** Roles besides those that irsa names, as ARN patterns. */
  readonly roles?: readonly string[];
  /** The policies that may be attached, as ARN patterns. */
  readonly policies?: readonly string[];
  /** The boundary that every role must have. */
  readonly boundary?: string;
  /** The AWS accounts that are covered: the roles that the caller assumes for them, each as an ARN, or as a name in all of them. */
  readonly targets?: { readonly roles: readonly string[]; readonly isOrganization: boolean };
  /** The issuer whose provider may be changed. */
  readonly issuer?: string;
  /** Rights with which any other can be taken. */
  readonly isUnrestricted?: boolean;
}

/** A scope as it was typed. */
export interface ScopeFlags {
  readonly clusterArn?: string;
  /** Its name, or its ARN. */
  readonly cluster?: string;
  readonly account?: string;
  readonly region?: string;
  readonly rolePrefix?: string;
  readonly rolePath?: string;
  readonly roleArn?: readonly string[];
  readonly policyArn?: readonly string[];
  readonly permissionsBoundary?: string;
  readonly issuer?: string;
  readonly unrestricted?: boolean;
}

/** Judges the flags; what is wrong is noted. */
export function parseScope(flags: ScopeFlags, problems: Problems): Scope {
  const arn = clusterOf(flags, problems);
  const named = arn === undefined ? undefined : clusterRef(arn);
  const account = problems.maybe("--account", flags.account, parseAwsAccount);
  const region = problems.maybe("--region", flags.region, parseRegion);
  const rolePrefix = problems.maybe("--role-prefix", flags.rolePrefix, parseRolePrefix);
  const rolePath = problems.maybe("--role-path", flags.rolePath, parseRolePath);
  if (named !== undefined && account !== undefined && account !== named.awsAccount)
    problems.note("--account", account, `is not the AWS account of the cluster, ${named.awsAccount}`);
  if (named !== undefined && region !== undefined && region !== named.region)
    problems.note("--region", region, `is not the region of the cluster, ${named.region}`);
  const awsAccount = named?.awsAccount ?? account;
  return {
    partition: named?.partition ?? partitionIdOf(region ?? ""),
    ...present("region", named?.region ?? region),
    ...present("account", awsAccount),
    ...present("cluster", named?.name),
    ...present("rolePrefix", rolePrefix === "" ? undefined : rolePrefix),
    ...present("rolePath", rolePath),
    ...namedIn(flags, awsAccount, problems),
    ...(flags.unrestricted === true && { isUnrestricted: true }),
  };
}

/** What is named beside the cluster. */
function namedIn(
  { roleArn = [], policyArn = [], permissionsBoundary, issuer, unrestricted = false }: ScopeFlags,
  awsAccount: string | undefined,
  problems: Problems,
): Pick<Scope, "roles" | "policies" | "boundary" | "issuer"> {
  const roles = problems.all("--role-arn", roleArn, (text) => parseRolePattern(text, awsAccount));
  const policies = problems.all("--policy-arn", policyArn, (text) => parsePolicyPattern(text, unrestricted));
  const boundary = problems.maybe("--permissions-boundary", permissionsBoundary, parsePolicyArn);
  const url = problems.maybe("--issuer", issuer, parseIssuerUrl);
  return {
    ...(roles.length > 0 && { roles }),
    ...(policies.length > 0 && { policies }),
    ...(boundary !== undefined && { boundary }),
    ...(url !== undefined && { issuer: hostPath(url) }),
  };
}

/** The cluster by its ARN; a name is completed by region and account, since nobody is asked for them. */
function clusterOf(
  { clusterArn, cluster, region, account }: ScopeFlags,
  problems: Problems,
): ClusterArn | undefined {
  if (clusterArn !== undefined && cluster !== undefined)
    problems.note("--cluster", cluster, "can't be used with --cluster-arn");
  if (clusterArn !== undefined) return problems.take("--cluster-arn", clusterArn, parseClusterArn);
  if (cluster === undefined || cluster.startsWith("arn:"))
    return problems.maybe("--cluster", cluster, parseClusterArn);
  if (region !== undefined && account !== undefined) {
    const arn = `arn:${partitionIdOf(region)}:eks:${region}:${account}:cluster/${cluster}`;
    return problems.take("--cluster", cluster, () => parseClusterArn(arn));
  }
  const whole = `arn:aws:eks:${region ?? "REGION"}:${account ?? "ACCOUNT"}:cluster/${cluster}`;
  problems.note(
    "--cluster",
    cluster,
    `is only a name, and no calls are made to look it up; use --cluster-arn ${whole}`,
  );
  return undefined;
}

function present<Key extends string>(key: Key, value: string | undefined): Partial<Record<Key, string>> {
  return value === undefined ? {} : ({ [key]: value } as Record<Key, string>);
}

function parseAwsAccount(text: string): Parsed<string> {
  return /^\d{12}$/.test(text) ? valid(text) : invalid("is not a valid AWS account ID; it has 12 digits");
}

function parseRegion(text: string): Parsed<string> {
  return /^[a-z]{2,}(-[a-z]+)+-\d+$/.test(text)
    ? valid(text)
    : invalid("is not a valid region; an example is eu-west-1");
}
