import { aws, core, type AwsRight, type CommandRights } from "../right.ts";
import { ASSOCIATIONS, BY_KUBECONFIG, REACH } from "./shared.ts";

/** What a role used. */
const USE: readonly AwsRight[] = [
  ...aws("required", "role", "has IAM report what the role used", "GenerateServiceLastAccessedDetails"),
  ...aws("required", "account", "reads the report", "GetServiceLastAccessedDetails"),
];

/** `narrow`. */
export const NARROW: CommandRights = {
  aws: [
    ...aws(
      "required",
      "role",
      "the role and its policies",
      "GetRole",
      "ListAttachedRolePolicies",
      "ListRolePolicies",
      "GetRolePolicy",
    ),
    ...USE,
    ...aws("as-used", "policy", "what managed policies allow", "GetPolicy", "GetPolicyVersion"),
    ...onServiceAccounts(REACH),
    ...onServiceAccounts(ASSOCIATIONS),
  ],
  cluster: [...core("as-used", "the role of a ServiceAccount", "get serviceaccounts"), ...BY_KUBECONFIG],
};

/** A role by its name needs no cluster. */
function onServiceAccounts(rights: readonly AwsRight[]): AwsRight[] {
  return rights.map((right) => (right.level === "required" ? { ...right, level: "as-used" } : right));
}
