import { aws, core, type AwsRight, type CommandRights } from "../right.ts";
import { ASSOCIATIONS, BY_KUBECONFIG, NODE_CLASS_OBJECTS, NODE_ROLES, onWorkloads, REACH } from "./shared.ts";

/** What a role used. */
const USE: readonly AwsRight[] = [
  ...aws("required", "role", "has IAM report what the role used", "GenerateServiceLastAccessedDetails"),
  ...aws("required", "account", "reads the report", "GetServiceLastAccessedDetails"),
];

/** The role whose policies are narrowed. */
const ROLE_AND_POLICIES: readonly AwsRight[] = aws(
  "required",
  "role",
  "the role and its policies",
  "GetRole",
  "ListAttachedRolePolicies",
  "ListRolePolicies",
  "GetRolePolicy",
);

const POLICIES: readonly AwsRight[] = aws(
  "as-used",
  "policy",
  "what managed policies allow",
  "GetPolicy",
  "GetPolicyVersion",
);

/** `narrow`. */
export const NARROW: CommandRights = {
  aws: [
    ...ROLE_AND_POLICIES,
    ...USE,
    ...POLICIES,
    ...onServiceAccounts(REACH),
    ...onServiceAccounts(ASSOCIATIONS),
  ],
  cluster: [...core("as-used", "the role of a ServiceAccount", "get serviceaccounts"), ...BY_KUBECONFIG],
};

/** A role by its name needs no cluster. */
function onServiceAccounts(rights: readonly AwsRight[]): AwsRight[] {
  return rights.map((right) => (right.level === "required" ? { ...right, level: "as-used" } : right));
}

/** `move-off-node`. */
export const MOVE_OFF_NODE: CommandRights = {
  aws: [...REACH, ...ROLE_AND_POLICIES, ...USE, ...POLICIES, ...NODE_ROLES, ...ASSOCIATIONS],
  cluster: [
    ...core("required", "the pods of all namespaces, which may use the role of their nodes", "list pods"),
    ...core("advisory", "the nodes that they run on", "list nodes"),
    ...NODE_CLASS_OBJECTS,
    ...core("advisory", "whether a ServiceAccount has a role", "list serviceaccounts"),
    ...onWorkloads("advisory", "the ServiceAccount of a workload", "get", () => true),
    ...BY_KUBECONFIG,
  ],
};
