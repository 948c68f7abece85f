/** The default quota of OIDC providers of an AWS account, which IAM does not report (at most 700 on request). Source: IAM quotas. */
export const DEFAULT_PROVIDERS_QUOTA = 100;

/** From this share of a quota on there is a warning. */
const NEARLY = 0.9;

/** How a number compares with its quota. */
export function quotaState(count: number, quota: number): "room" | "nearly-full" | "full" {
  if (count >= quota) return "full";
  return count >= quota * NEARLY ? "nearly-full" : "room";
}

/** The most characters, without white space, of all inline policies of a role. Source: IAM User Guide, "IAM and AWS STS quotas". */
export const INLINE_CHARACTERS = 10_240;
