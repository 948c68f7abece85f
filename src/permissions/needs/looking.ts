import { aws, core, inGroup, type AwsRight, type CommandRights } from "../right.ts";
import {
  ASSOCIATIONS,
  BY_KUBECONFIG,
  DESCRIBE,
  MANY_AT_ONCE,
  NODE_CLASS_OBJECTS,
  NODE_ROLES,
  onWorkloads,
  REACH,
} from "./shared.ts";

const ROLE_IN_FULL: readonly AwsRight[] = aws(
  "advisory",
  "role",
  "the roles' permissions",
  "GetRole",
  "ListAttachedRolePolicies",
  "ListRolePolicies",
  "GetRolePolicy",
);

const POLICIES_OF_FIRST_ROLES: readonly AwsRight[] = aws(
  "as-used",
  "policy",
  "whether the role of an association may assume its target role, and which roles lead to the requested one",
  "GetPolicy",
  "GetPolicyVersion",
);

/** `verify`; what it may not read, it says is unknown. */
export const VERIFY: CommandRights = {
  aws: [
    ...REACH,
    ...aws("required", "provider", "the link provider", "GetOpenIDConnectProvider"),
    ...aws("as-used", "account", "similar providers, if it is missing", "ListOpenIDConnectProviders"),
    ...aws("required", "role", "the links role and trust policy", "GetRole"),
    ...aws("advisory", "role", "the link permissions", "ListAttachedRolePolicies", "ListRolePolicies"),
    ...aws("as-used", "account", "whether the fix of a trust policy fits its quota", "GetAccountSummary"),
    ...ASSOCIATIONS,
    ...aws("as-used", "addon", "the link agent", "eks:DescribeAddon"),
    ...aws("advisory", "cluster", "the link exchange", "eks-auth:AssumeRoleForPodIdentity"),
    ...aws("as-used", "provider", "--fix", "CreateOpenIDConnectProvider", "TagOpenIDConnectProvider"),
    ...aws("as-used", "provider", "--fix", "AddClientIDToOpenIDConnectProvider"),
    ...aws("as-used", "own-role", "--fix", "UpdateAssumeRolePolicy"),
    ...aws(
      "as-used",
      "role",
      "the link target-role; --fix: what the role allows, before the ServiceAccount gets it",
      "GetRolePolicy",
    ),
    ...aws(
      "as-used",
      "policy",
      "the link target-role; --fix: what the role's policies allow, before the ServiceAccount gets it",
      "GetPolicy",
      "GetPolicyVersion",
    ),
  ],
  cluster: [
    ...core("required", "the link ServiceAccount", "get serviceaccounts", "get namespaces"),
    ...core("as-used", "--all and --namespace", "list serviceaccounts"),
    ...core("required", "the links workload and pod", "list pods"),
    ...core("as-used", "the requested pod", "get pods"),
    ...onWorkloads("as-used", "the requested workload", "get", () => true),
    ...inGroup("admissionregistration.k8s.io", "advisory", "the link webhook", [
      "get mutatingwebhookconfigurations",
    ]),
    ...core("advisory", "the link webhook, with a dry-run pod", "create pods"),
    ...core("as-used", "the nodes of pods with Pod Identity", "get nodes"),
    ...core("advisory", "static access keys in envFrom: the names of keys", "get configmaps", "get secrets"),
    ...core("advisory", "the links token, sts and exchange", "create serviceaccounts/token"),
    ...core("as-used", "--fix", "create serviceaccounts", "patch serviceaccounts", "create namespaces"),
    ...BY_KUBECONFIG,
  ],
};

/** `who-can`. */
export const WHO_CAN: CommandRights = {
  aws: [
    ...REACH,
    ...aws("required", "role", "its trust policy", "GetRole"),
    ...aws("advisory", "provider", "whether tokens are accepted at all", "GetOpenIDConnectProvider"),
    ...ASSOCIATIONS,
    ...aws(
      "as-used",
      "account",
      "which roles lead to it, if its trust policy allows roles",
      "GetAccountAuthorizationDetails",
    ),
    ...aws("as-used", "account", "the same, instead of the previous action", "ListRoles"),
    ...aws(
      "as-used",
      "role",
      "whether the role of an association may assume its target role, and which roles lead to the requested one",
      "ListAttachedRolePolicies",
      "ListRolePolicies",
      "GetRolePolicy",
    ),
    ...POLICIES_OF_FIRST_ROLES,
    ...NODE_ROLES,
  ],
  cluster: [
    ...core("advisory", "the ServiceAccounts and pods", "list serviceaccounts", "list pods"),
    ...core(
      "as-used",
      "the nodes, if EC2 instances can have the role, or other roles can assume it",
      "list nodes",
    ),
    ...NODE_CLASS_OBJECTS,
    ...BY_KUBECONFIG,
  ],
};

/** `what-can`. */
export const WHAT_CAN: CommandRights = {
  aws: [
    ...REACH,
    ...aws("required", "account", "all trust policies", "ListRoles"),
    ...aws("advisory", "provider", "whether tokens are accepted at all", "GetOpenIDConnectProvider"),
    ...ROLE_IN_FULL,
    ...ASSOCIATIONS,
    ...aws(
      "advisory",
      "policy",
      "what the roles' policies allow, and so which other roles they can assume",
      "GetPolicy",
      "GetPolicyVersion",
    ),
    ...NODE_ROLES,
  ],
  cluster: [
    ...core("advisory", "the ServiceAccount and its annotations", "get serviceaccounts"),
    ...core("advisory", "its pods, and the nodes that they run on", "list pods", "list nodes"),
    ...NODE_CLASS_OBJECTS,
    ...BY_KUBECONFIG,
  ],
};

/** `audit`, and `graph`, which draws it. */
export const AUDIT: CommandRights = {
  aws: [
    ...DESCRIBE,
    ...aws("required", "account", "all roles with their policies", "GetAccountAuthorizationDetails"),
    ...aws("as-used", "account", "all trust policies, instead of the previous action", "ListRoles"),
    ...ROLE_IN_FULL,
    ...aws("advisory", "policy", "what managed policies allow", "GetPolicy", "GetPolicyVersion"),
    ...aws("advisory", "account", "OIDC providers of deleted clusters", "ListOpenIDConnectProviders"),
    ...aws("advisory", "account", "the clusters of the providers' issuers", "eks:ListClusters"),
    ...aws("advisory", "provider", "their audiences", "GetOpenIDConnectProvider"),
    ...ASSOCIATIONS,
    ...NODE_ROLES,
    ...aws("advisory", "addon", "the add-ons that associations need", "eks:DescribeAddon"),
  ],
  cluster: [
    ...core("required", "the ServiceAccounts", "list serviceaccounts"),
    ...core("advisory", "the pods that use them", "list pods"),
    ...core("advisory", "the nodes, whose roles pods can reach", "list nodes"),
    ...NODE_CLASS_OBJECTS,
    ...BY_KUBECONFIG,
  ],
};

/** Why `watch` needs what it needs for Events alone. */
export const EVENTS_ONLY = "--events";

/** `watch`: what `audit` and `verify --all` read, and watches of what they read of the cluster. */
export const WATCH: CommandRights = {
  aws: [
    ...AUDIT.aws,
    ...aws(
      "as-used",
      "account",
      "whether the fix of a trust policy fits its quota; --metrics: the quotas of roles and trust policies",
      "GetAccountSummary",
    ),
    ...aws("advisory", "cluster", "the link exchange", "eks-auth:AssumeRoleForPodIdentity"),
  ],
  cluster: [
    ...core("required", "the ServiceAccounts", "list serviceaccounts", "watch serviceaccounts"),
    ...core("required", "the links workload and pod", "list pods", "watch pods"),
    ...core("required", "the link webhook", "list namespaces", "watch namespaces"),
    ...core("advisory", "the nodes, whose roles pods can reach", "list nodes", "watch nodes"),
    ...NODE_CLASS_OBJECTS,
    ...inGroup("admissionregistration.k8s.io", "advisory", "the link webhook", [
      "list mutatingwebhookconfigurations",
      "watch mutatingwebhookconfigurations",
    ]),
    ...core("advisory", "the link webhook, with a dry-run pod", "create pods"),
    ...core("advisory", "static access keys in envFrom: the names of keys", "get configmaps", "get secrets"),
    ...core("advisory", "the links token, sts and exchange", "create serviceaccounts/token"),
    ...core("as-used", EVENTS_ONLY, "get serviceaccounts"),
    ...inGroup("events.k8s.io", "as-used", EVENTS_ONLY, ["create events", "get events", "patch events"]),
    ...inGroup("coordination.k8s.io", "as-used", "--lease", ["get leases", "create leases", "update leases"]),
    ...BY_KUBECONFIG,
  ],
};

/** `policies --outdated`; the catalog itself makes no calls. */
export const POLICIES: CommandRights = {
  aws: [
    ...REACH,
    ...aws("advisory", "provider", "reads the ServiceAccounts as get-sa does", "GetOpenIDConnectProvider"),
    ...aws("advisory", "account", "roles whose ServiceAccount does not exist", "ListRoles"),
    ...MANY_AT_ONCE,
    ...ROLE_IN_FULL,
    ...aws("advisory", "policy", "what managed policies allow", "GetPolicy", "GetPolicyVersion"),
    ...ASSOCIATIONS,
  ],
  cluster: [...core("required", "the ServiceAccounts", "list serviceaccounts"), ...BY_KUBECONFIG],
};

/** `doctor`. */
export const DOCTOR: CommandRights = {
  aws: [
    ...DESCRIBE,
    ...aws(
      "advisory",
      "account",
      "quotas of roles and providers",
      "GetAccountSummary",
      "ListOpenIDConnectProviders",
    ),
    ...aws("advisory", "provider", "whether the provider can be read", "GetOpenIDConnectProvider"),
    ...aws("advisory", "principal", "what IAM allows the caller to do", "SimulatePrincipalPolicy"),
    ...aws("advisory", "role", "the caller's own role, with its path", "GetRole"),
  ],
  cluster: [...BY_KUBECONFIG],
};
