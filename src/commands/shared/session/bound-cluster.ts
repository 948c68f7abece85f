import type { Caller } from "../../../aws/port.ts";
import { clusterRef, splitArn, type ClusterArn, type ClusterRef } from "../../../model/arn.ts";
import { Failure } from "../../../model/failure.ts";

/** What a cluster was asked for by. Without an ARN, the AWS account is that of the credentials. */
export interface AskedFor {
  readonly name: string;
  /** The region that was called. */
  readonly region: string;
  readonly arn?: ClusterArn;
  /** Who named it, as `--cluster`. */
  readonly chosenBy: string;
}

/**
 * Holds what DescribeCluster gives against what was asked for. A profile of another account, a region from elsewhere,
 * or an endpoint that answers with something else would otherwise choose the cluster.
 * @throws Failure `other-cluster`
 */
export function requireAsked(described: ClusterRef, asked: AskedFor): void {
  const same =
    asked.arn === undefined
      ? described.name === asked.name && described.region === asked.region
      : described.arn === asked.arn;
  if (same) return;
  throw new Failure("input", "other-cluster", `EKS returned a different cluster than ${asked.chosenBy}`, {
    facts: [
      ["requested", asked.arn ?? `${asked.name} in ${asked.region}`],
      ["EKS says", described.arn],
    ],
    advice: "Check --cluster, --region, --profile and AWS_ENDPOINT_URL",
  });
}

/**
 * Holds the cluster's AWS account against that of the credentials: a role trusts the identity providers of its own AWS
 * account alone, and whatever is written to IAM is written to the caller's.
 * @throws Failure `other-aws-account`
 */
export function requireOwnAwsAccount(cluster: ClusterRef, caller: Caller, chosenBy: string): void {
  const partition = splitArn(caller.arn)?.partition;
  if (cluster.awsAccount === caller.awsAccount && cluster.partition === partition) return;
  throw otherAwsAccount(chosenBy, `${cluster.awsAccount} (${cluster.partition})`, caller, cluster.arn);
}

/** The failure of credentials that are of another AWS account than what was named. */
export function otherAwsAccount(
  chosenBy: string,
  awsAccount: string,
  caller: Caller,
  named?: string,
): Failure {
  return new Failure(
    "input",
    "other-aws-account",
    `${chosenBy} is in AWS account ${awsAccount}, but the credentials are for ${caller.awsAccount}`,
    {
      facts: [...(named === undefined ? [] : [["requested", named] as const]), ["caller", caller.arn]],
      advice:
        "A role can only trust identity providers of its own AWS account. Use credentials of that account: --profile NAME",
    },
  );
}

/**
 * Refuses `--region` beside an ARN of another region: an ARN has a region of its own.
 * @throws Failure `other-region`
 */
export function requireSameRegion(region: string | undefined, arn: ClusterArn, chosenBy: string): void {
  if (region === undefined || region === clusterRef(arn).region) return;
  throw new Failure(
    "input",
    "other-region",
    `--region '${region}' does not match the cluster ARN of ${chosenBy}`,
    { facts: [["cluster", arn]], advice: "Omit --region: the ARN already contains the region" },
  );
}
