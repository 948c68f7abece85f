import { ADMINISTRATOR_POLICIES } from "../model/administrator-policies.ts";
import { invalid, valid, type Parsed } from "../model/problems.ts";
import { matchesWildcard } from "../model/trust-policy/match.ts";

const ROLE = /^(arn:aws[a-z0-9-]*):iam::(\d{12}):role\/([\w+=,.@/*?-]{1,512})$/;
const POLICY = /^(arn:aws[a-z0-9-]*):iam::(\d{12}|aws):policy\/([\w+=,.@/*?-]{1,512})$/;

/** The ARN of a role, or a pattern of some; not of any role. @param awsAccount the account that it must be of */
export function parseRolePattern(text: string, awsAccount: string | undefined): Parsed<string> {
  const [, , account, name = ""] = ROLE.exec(text) ?? [];
  if (account === undefined)
    return invalid("is not a valid role ARN; an example is arn:aws:iam::111122223333:role/my-role");
  if (awsAccount !== undefined && account !== awsAccount)
    return invalid(`is not of the AWS account ${awsAccount}`);
  return isAny(name) ? invalid("matches any role; --unrestricted allows that") : valid(text);
}

/** The ARN of a managed policy, or a pattern of some; not of an administrator's unless that is asked for. */
export function parsePolicyPattern(text: string, isUnrestricted: boolean): Parsed<string> {
  const [, partition, owner, name = ""] = POLICY.exec(text) ?? [];
  if (partition === undefined)
    return invalid("is not a valid policy ARN; an example is arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess");
  if (isUnrestricted) return valid(text);
  if (isAny(name)) return invalid("matches any policy; --unrestricted allows that");
  const grants = [...ADMINISTRATOR_POLICIES].find((policy) =>
    matchesWildcard(text, `${partition}:iam::aws:policy/${policy}`),
  );
  return grants === undefined || owner !== "aws"
    ? valid(text)
    : invalid(`grants administrator access (${grants}); --unrestricted allows that`);
}

/** True if nothing but wildcards is left of the name. */
function isAny(name: string): boolean {
  return /^[*?/]*$/.test(name);
}
