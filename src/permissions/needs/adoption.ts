import { aws, core, type CommandRights } from "../right.ts";
import { ASSOCIATIONS, BY_KUBECONFIG, MANY_AT_ONCE, PROOF, REACH } from "./shared.ts";

const RELEASE = "--release-stacks";

/** `adopt`. CloudFormation updates no resource and deletes none: nothing of IAM is needed for the stack's sake. */
export const ADOPT: CommandRights = {
  aws: [
    ...REACH,
    ...aws(
      "required",
      "role",
      "the role and its policies",
      "GetRole",
      "ListAttachedRolePolicies",
      "ListRolePolicies",
    ),
    ...aws("required", "role", "tags it as adopted", "TagRole"),
    // Advisory for a ServiceAccount whose role Pod Identity can't give; required for --all.
    ...ASSOCIATIONS,
    ...aws("as-used", "association", "tags a Pod Identity association as adopted", "eks:TagResource"),
    ...aws(
      "as-used",
      "role",
      "a Pod Identity association: the role's trust policy",
      "UpdateAssumeRolePolicy",
    ),
    ...aws(
      "advisory",
      "provider",
      "--all: reads the ServiceAccounts as get-sa does",
      "GetOpenIDConnectProvider",
    ),
    ...aws("advisory", "account", "--all: reads the ServiceAccounts as get-sa does", "ListRoles"),
    ...MANY_AT_ONCE,
    ...aws("as-used", "role", `${RELEASE}: reads inline policies`, "GetRolePolicy"),
    ...aws("as-used", "role", `${RELEASE}: removes its tag at the end`, "UntagRole"),
    ...aws(
      "as-used",
      "stack",
      `${RELEASE}: what the stack contains`,
      "cloudformation:DescribeStacks",
      "cloudformation:DescribeStackResources",
      "cloudformation:GetTemplate",
    ),
    ...aws("as-used", "stack", `${RELEASE}: retains the stack's resources`, "cloudformation:UpdateStack"),
    ...aws(
      "as-used",
      "stack",
      `${RELEASE}: deletes the stack`,
      "cloudformation:UpdateTerminationProtection",
      "cloudformation:DeleteStack",
    ),
  ],
  cluster: [
    ...core("required", "reads the ServiceAccount", "get serviceaccounts"),
    ...core("required", "annotates the ServiceAccount as adopted", "patch serviceaccounts"),
    ...core("as-used", "--all", "list serviceaccounts"),
    ...PROOF,
    ...BY_KUBECONFIG,
  ],
};
