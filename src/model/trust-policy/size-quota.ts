import { awsWords } from "../aws-words.ts";
import type { CommandWords } from "../command-words.ts";

/**
 * How many characters a trust policy may have: IAM's default, and how far AWS raises it; white space does not count.
 * Source: IAM User Guide, "IAM and AWS STS quotas".
 */
export const TRUST_QUOTA = { usual: 2048, most: 8192 };

/** The key of the AWS account's own quota in GetAccountSummary. Source: IAM API Reference. */
const SUMMARY_KEY = "AssumeRolePolicySizeQuota";

/** The quota of the AWS account, by IAM's own account. */
export function trustQuotaIn(summary: Readonly<Record<string, number>>): number | undefined {
  return summary[SUMMARY_KEY];
}

/** Asks AWS for this many characters. Source: Service Quotas, IAM, "Role trust policy length"; IAM's quotas live in us-east-1. */
export function trustQuotaIncrease(characters: number): CommandWords {
  const DesiredValue = String(Math.min(TRUST_QUOTA.most, Math.ceil(characters / 1024) * 1024));
  const quota = { ServiceCode: "iam", QuotaCode: "L-C07B4B0D", DesiredValue };
  return awsWords(["service-quotas", "request-service-quota-increase"], quota, ["--region", "us-east-1"]);
}
