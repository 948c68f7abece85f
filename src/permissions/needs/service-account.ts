import { aws, core, isRead, type CommandRights } from "../right.ts";
import { BY_KUBECONFIG, MAKE_PROVIDER, MANY_AT_ONCE, PROOF, READ_POLICIES, REACH } from "./shared.ts";

const BEHIND = "finds the role of an account that names none";

/** `create-sa`; it passes no role on: `iam:PassRole` is not needed. */
export const CREATE: CommandRights = {
  aws: [
    ...REACH,
    ...aws("required", "provider", "the role is to trust it", "GetOpenIDConnectProvider"),
    ...aws("as-used", "provider", "--associate-oidc, where it is missing", ...MAKE_PROVIDER),
    ...aws("as-used", "provider", "--associate-oidc, audience missing", "AddClientIDToOpenIDConnectProvider"),
    ...aws("advisory", "account", "tells of the quota of providers", "ListOpenIDConnectProviders"),
    ...aws(
      "required",
      "role",
      "what is there is left alone, or put right",
      "GetRole",
      "ListAttachedRolePolicies",
    ),
    ...aws("advisory", "account", "finds a role that the ServiceAccount has under another name", "ListRoles"),
    ...aws("required", "own-role", "makes the role, tagged in the same call", "CreateRole", "TagRole"),
    ...aws("required", "own-role", "--policy-arn", "AttachRolePolicy"),
    ...aws("as-used", "own-role", "--policy-file", "PutRolePolicy"),
    ...aws(
      "as-used",
      "role",
      "what a role that is there allows: --policy-file, and before the ServiceAccount gets it",
      "GetRolePolicy",
      "ListRolePolicies",
    ),
    ...aws("as-used", "own-role", "a trust policy to be put right; --add-trust", "UpdateAssumeRolePolicy"),
    ...aws(
      "as-used",
      "own-role",
      "--permissions-boundary on a role that is there",
      "PutRolePermissionsBoundary",
    ),
    ...aws("as-used", "own-role", "--max-session-duration on a role that is there", "UpdateRole"),
    ...READ_POLICIES,
  ],
  cluster: [
    ...core(
      "required",
      "looks at the ServiceAccount and its namespace",
      "get serviceaccounts",
      "get namespaces",
    ),
    ...core("required", "makes the ServiceAccount", "create serviceaccounts"),
    ...core("as-used", "annotates a ServiceAccount that is there", "patch serviceaccounts"),
    ...core("as-used", "makes the namespace where it is missing", "create namespaces"),
    ...PROOF,
    ...core("advisory", "names the pods that have to be restarted", "list pods"),
    ...BY_KUBECONFIG,
  ],
};

/** `update-sa`. */
export const UPDATE: CommandRights = {
  aws: [
    ...REACH,
    ...aws("required", "role", "what it is and has", "GetRole", "ListAttachedRolePolicies"),
    ...aws("as-used", "account", BEHIND, "ListRoles"),
    ...aws(
      "as-used",
      "own-role",
      "policies, and the marks of which are irsa's",
      "AttachRolePolicy",
      "DetachRolePolicy",
    ),
    ...aws("as-used", "own-role", "tags, and the marks of policies", "TagRole", "UntagRole"),
    ...aws("as-used", "own-role", "inline policies", "PutRolePolicy", "DeleteRolePolicy"),
    ...aws("as-used", "role", "inline policies, as they are", "ListRolePolicies", "GetRolePolicy"),
    ...aws(
      "as-used",
      "own-role",
      "the boundary",
      "PutRolePermissionsBoundary",
      "DeleteRolePermissionsBoundary",
    ),
    ...aws("as-used", "own-role", "the longest session", "UpdateRole"),
    ...READ_POLICIES,
  ],
  cluster: [
    ...core("required", "looks at the ServiceAccount", "get serviceaccounts"),
    ...core("as-used", "labels", "patch serviceaccounts"),
    ...BY_KUBECONFIG,
  ],
};

/** `delete-sa`. */
export const DELETE: CommandRights = {
  aws: [
    ...REACH,
    ...aws("required", "role", "whose it is", "GetRole"),
    ...aws(
      "required",
      "role",
      "what hangs on it",
      "ListAttachedRolePolicies",
      "ListRolePolicies",
      "ListInstanceProfilesForRole",
    ),
    ...aws("required", "own-role", "deletes it", "DetachRolePolicy", "DeleteRole"),
    ...aws("as-used", "account", BEHIND, "ListRoles"),
    ...aws("as-used", "own-role", "inline policies", "DeleteRolePolicy"),
    ...aws("as-used", "role", "inline policies, as they are", "GetRolePolicy"),
    ...aws(
      "as-used",
      "own-role",
      "a role that stays, without what was irsa's",
      "UpdateAssumeRolePolicy",
      "UntagRole",
    ),
    ...aws(
      "as-used",
      "instance-profile",
      "a role that is in instance profiles",
      "RemoveRoleFromInstanceProfile",
    ),
  ],
  cluster: [
    ...core("required", "looks at the ServiceAccount", "get serviceaccounts"),
    ...core("required", "deletes a ServiceAccount that irsa made", "delete serviceaccounts"),
    ...core("as-used", "takes the annotation off a ServiceAccount that was there", "patch serviceaccounts"),
    ...core("advisory", "names the pods that lose their credentials", "list pods"),
    ...BY_KUBECONFIG,
  ],
};

/** What `delete-sa` needs beyond `create-sa`, which `--prune` needs too. */
const PRUNE: CommandRights = {
  aws: DELETE.aws
    .filter((one) => !CREATE.aws.some(({ action, on }) => action === one.action && on === one.on))
    .map((right) => ({ ...right, level: "as-used", why: `--prune: ${right.why}` })),
  cluster: [
    ...core("as-used", "--prune: finds what the files do not name any more", "list serviceaccounts"),
    ...core("as-used", "--prune: deletes a ServiceAccount that irsa made", "delete serviceaccounts"),
    ...core("advisory", "--prune: names the pods that lose their credentials", "list pods"),
  ],
};

/** `apply`: what `create-sa` needs, and with `--prune` what `delete-sa` does. */
export const APPLY: CommandRights = {
  aws: [...CREATE.aws, ...MANY_AT_ONCE, ...PRUNE.aws],
  cluster: [...CREATE.cluster.filter(({ resource }) => resource !== "pods"), ...PRUNE.cluster],
};

/** `plan`: what `apply` reads. What may not be written in the cluster can't be planned either: it asks first. */
export const PLAN: CommandRights = {
  aws: APPLY.aws.filter(({ action }) => isRead(action)),
  cluster: APPLY.cluster.filter(({ resource }) => resource !== "serviceaccounts/token"),
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
    ...aws("advisory", "account", "roles of accounts that are gone", "ListRoles"),
    ...MANY_AT_ONCE,
    ...aws(
      "advisory",
      "role",
      "whose the role is, and what it has",
      "GetRole",
      "ListAttachedRolePolicies",
      "ListRolePolicies",
    ),
    ...aws("as-used", "role", "-o clusterconfig: what inline policies say", "GetRolePolicy"),
  ],
  cluster: [...core("required", "the ServiceAccounts", "list serviceaccounts"), ...BY_KUBECONFIG],
};
