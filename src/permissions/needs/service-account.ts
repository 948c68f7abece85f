import { aws, core, isRead, type AwsRight, type ClusterRight, type CommandRights } from "../right.ts";
import {
  ASSOCIATIONS,
  BY_KUBECONFIG,
  MAKE_PROVIDER,
  MANY_AT_ONCE,
  PROOF,
  READ_POLICIES,
  REACH,
} from "./shared.ts";

const BEHIND = "finds the role of a ServiceAccount without annotation";

const READ_ASSOCIATION: readonly AwsRight[] = [
  ...aws("as-used", "cluster", "--pod-identity: the association", "eks:ListPodIdentityAssociations"),
  ...aws("as-used", "association", "--pod-identity: the association", "eks:DescribePodIdentityAssociation"),
];

const POD_IDENTITY: readonly AwsRight[] = [
  ...READ_ASSOCIATION,
  ...aws("as-used", "cluster", "--pod-identity: creates the association", "eks:CreatePodIdentityAssociation"),
  ...aws(
    "as-used",
    "association",
    "--pod-identity: changes and tags the association",
    "eks:UpdatePodIdentityAssociation",
    "eks:TagResource",
  ),
  ...aws("as-used", "own-role", "Pod Identity: gives EKS the role", "PassRole"),
];

/** `create-sa`; a role is passed on (`iam:PassRole`) by Pod Identity alone. */
export const CREATE: CommandRights = {
  aws: [
    ...REACH,
    ...aws("required", "provider", "the role must trust it", "GetOpenIDConnectProvider"),
    ...aws("as-used", "provider", "--associate-oidc, if it is missing", ...MAKE_PROVIDER),
    ...aws("as-used", "provider", "--associate-oidc, audience missing", "AddClientIDToOpenIDConnectProvider"),
    ...aws("advisory", "account", "reports the quota of providers", "ListOpenIDConnectProviders"),
    ...aws("required", "role", "keeps or repairs what exists", "GetRole", "ListAttachedRolePolicies"),
    ...aws("advisory", "account", "finds a role of the ServiceAccount with another name", "ListRoles"),
    ...aws("required", "own-role", "creates the role with tags", "CreateRole", "TagRole"),
    ...aws("required", "own-role", "--policy-arn", "AttachRolePolicy"),
    ...aws("as-used", "own-role", "--policy-file", "PutRolePolicy"),
    ...aws(
      "as-used",
      "role",
      "what an existing role allows: --policy-file, and before the ServiceAccount gets it",
      "GetRolePolicy",
      "ListRolePolicies",
    ),
    ...aws("as-used", "own-role", "repairs a trust policy; --add-trust", "UpdateAssumeRolePolicy"),
    ...aws("as-used", "own-role", "--permissions-boundary on an existing role", "PutRolePermissionsBoundary"),
    ...aws("as-used", "own-role", "--max-session-duration, --description on an existing role", "UpdateRole"),
    ...READ_POLICIES,
    ...POD_IDENTITY,
    ...aws(
      "advisory",
      "cluster",
      "--pod-identity: verifies that EKS gives a pod the role",
      "eks-auth:AssumeRoleForPodIdentity",
    ),
    ...aws("advisory", "addon", "--pod-identity: warns if the agent is missing", "eks:DescribeAddon"),
    ...aws("advisory", "cluster", "--pod-identity: warns of Fargate", "eks:ListFargateProfiles"),
    ...aws("advisory", "fargate-profile", "--pod-identity: warns of Fargate", "eks:DescribeFargateProfile"),
  ],
  cluster: [
    ...core("advisory", "--pod-identity: warns of nodes without the agent", "list nodes"),
    ...core(
      "required",
      "reads the ServiceAccount and its namespace",
      "get serviceaccounts",
      "get namespaces",
    ),
    ...core("required", "creates the ServiceAccount", "create serviceaccounts"),
    ...core("as-used", "annotates an existing ServiceAccount", "patch serviceaccounts"),
    ...core("as-used", "creates the namespace if it is missing", "create namespaces"),
    ...PROOF,
    ...core("advisory", "lists the pods that must restart; --pod-identity: finds the agent's", "list pods"),
    ...core("advisory", "--pod-identity: verifies injection with a dry-run pod, if none runs", "create pods"),
    ...BY_KUBECONFIG,
  ],
};

/** What tells by which way the ServiceAccount gets its role. */
const WHICH_WAY: readonly AwsRight[] = [
  ...aws("advisory", "cluster", "its Pod Identity association", "eks:ListPodIdentityAssociations"),
  ...aws("advisory", "association", "its Pod Identity association", "eks:DescribePodIdentityAssociation"),
];

/** `update-sa`. */
export const UPDATE: CommandRights = {
  aws: [
    ...REACH,
    ...aws("required", "role", "the role and its policies", "GetRole", "ListAttachedRolePolicies"),
    ...aws("as-used", "account", BEHIND, "ListRoles"),
    ...aws(
      "as-used",
      "own-role",
      "policies and their ownership tags",
      "AttachRolePolicy",
      "DetachRolePolicy",
    ),
    ...aws("as-used", "own-role", "tags, including the ownership tags of policies", "TagRole", "UntagRole"),
    ...aws("as-used", "own-role", "inline policies", "PutRolePolicy", "DeleteRolePolicy"),
    ...aws("as-used", "role", "reads inline policies", "ListRolePolicies", "GetRolePolicy"),
    ...aws(
      "as-used",
      "own-role",
      "the boundary",
      "PutRolePermissionsBoundary",
      "DeleteRolePermissionsBoundary",
    ),
    ...aws("as-used", "own-role", "the maximum session duration and the description", "UpdateRole"),
    ...aws(
      "as-used",
      "own-role",
      "--disable-session-tags, --no-disable-session-tags: irsa's statement",
      "UpdateAssumeRolePolicy",
    ),
    ...aws(
      "as-used",
      "association",
      "--target-role-arn, --session-policy-file and the like",
      "eks:UpdatePodIdentityAssociation",
    ),
    ...READ_POLICIES,
    ...WHICH_WAY,
  ],
  cluster: [
    ...core("required", "reads the ServiceAccount", "get serviceaccounts"),
    ...core("as-used", "labels", "patch serviceaccounts"),
    ...BY_KUBECONFIG,
  ],
};

/** `delete-sa`. */
export const DELETE: CommandRights = {
  aws: [
    ...REACH,
    ...aws("required", "role", "reads its ownership tags", "GetRole"),
    ...aws(
      "required",
      "role",
      "reads its policies",
      "ListAttachedRolePolicies",
      "ListRolePolicies",
      "ListInstanceProfilesForRole",
    ),
    ...aws("required", "own-role", "deletes the role", "DetachRolePolicy", "DeleteRole"),
    ...aws("as-used", "account", BEHIND, "ListRoles"),
    ...aws("as-used", "own-role", "inline policies", "DeleteRolePolicy"),
    ...aws("as-used", "role", "reads inline policies", "GetRolePolicy"),
    ...aws(
      "as-used",
      "own-role",
      "a role that is kept: removes irsa's changes",
      "UpdateAssumeRolePolicy",
      "UntagRole",
    ),
    ...aws("as-used", "instance-profile", "a role in instance profiles", "RemoveRoleFromInstanceProfile"),
    ...WHICH_WAY,
    ...aws(
      "as-used",
      "association",
      "its Pod Identity association",
      "eks:DeletePodIdentityAssociation",
      "eks:UntagResource",
    ),
  ],
  cluster: [
    ...core("required", "reads the ServiceAccount", "get serviceaccounts"),
    ...core("required", "deletes a ServiceAccount that irsa created", "delete serviceaccounts"),
    ...core("as-used", "removes the annotation of an existing ServiceAccount", "patch serviceaccounts"),
    ...core("advisory", "lists the pods that lose their credentials", "list pods"),
    ...BY_KUBECONFIG,
  ],
};

/** What `delete-sa` needs beyond `create-sa`, which `--prune` needs too. */
const PRUNE: CommandRights = {
  aws: DELETE.aws
    .filter((one) => !CREATE.aws.some(({ action, on }) => action === one.action && on === one.on))
    .map((right) => ({ ...right, level: "as-used", why: `--prune: ${right.why}` })),
  cluster: [
    ...core("as-used", "--prune: deletes a ServiceAccount that irsa created", "delete serviceaccounts"),
    ...core(
      "advisory",
      "lists the pods that must restart; Pod Identity: finds the agent's; --prune: those that lose their credentials",
      "list pods",
    ),
  ],
};

function isOnPods({ verb, resource }: ClusterRight, which: string): boolean {
  return resource === "pods" && verb === which;
}

/** `apply`: what `create-sa` needs, and with `--prune` what `delete-sa` does. */
export const APPLY: CommandRights = {
  aws: [
    ...CREATE.aws,
    ...aws("advisory", "account", "warns before the quota of roles is exceeded", "GetAccountSummary"),
    ...MANY_AT_ONCE,
    ...PRUNE.aws,
  ],
  cluster: [
    ...CREATE.cluster.filter((right) => !isOnPods(right, "list")),
    ...core("advisory", "reads many together; --prune: finds those that no file has", "list serviceaccounts"),
    ...PRUNE.cluster,
  ],
};

/** `plan`: what `apply` reads; it verifies nothing. What may not be written in the cluster can't be planned either: it asks first. */
export const PLAN: CommandRights = {
  aws: APPLY.aws.filter(({ action }) => isRead(action)),
  cluster: APPLY.cluster.filter(
    (right) => right.resource !== "serviceaccounts/token" && !isOnPods(right, "create"),
  ),
};

/** `get-sa`. */
export const GET: CommandRights = {
  aws: [
    ...REACH,
    ...aws(
      "advisory",
      "provider",
      "whether the ServiceAccount's tokens can be accepted",
      "GetOpenIDConnectProvider",
    ),
    ...aws("advisory", "account", "roles whose ServiceAccount does not exist", "ListRoles"),
    ...ASSOCIATIONS,
    ...MANY_AT_ONCE,
    ...aws(
      "advisory",
      "role",
      "the role's ownership and policies",
      "GetRole",
      "ListAttachedRolePolicies",
      "ListRolePolicies",
    ),
    ...aws("as-used", "role", "-o clusterconfig: what inline policies say", "GetRolePolicy"),
  ],
  cluster: [...core("required", "the ServiceAccounts", "list serviceaccounts"), ...BY_KUBECONFIG],
};
