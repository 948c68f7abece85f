import { aws, core, type CommandRights } from "../right.ts";
import { BY_KUBECONFIG, MANY_AT_ONCE, READ_POLICIES, REACH } from "./shared.ts";

/** `export`: what a file or what is live comes to; it reads policies for a file alone, and the cluster for `--live` alone. */
export const EXPORT: CommandRights = {
  aws: [
    ...REACH,
    ...READ_POLICIES,
    ...aws(
      "as-used",
      "provider",
      "--live; a file without iam.withOIDC: whether it exists",
      "GetOpenIDConnectProvider",
    ),
    ...aws("as-used", "account", "--live: the roles", "ListRoles"),
    ...aws("as-used", "cluster", "--live: Pod Identity associations", "eks:ListPodIdentityAssociations"),
    ...aws(
      "as-used",
      "association",
      "--live: Pod Identity associations",
      "eks:DescribePodIdentityAssociation",
    ),
    ...MANY_AT_ONCE,
    ...aws(
      "as-used",
      "role",
      "--live: the roles and their policies; a file: roles that are used unchanged",
      "GetRole",
      "ListAttachedRolePolicies",
      "ListRolePolicies",
      "GetRolePolicy",
    ),
  ],
  cluster: [...core("as-used", "--live: the ServiceAccounts", "list serviceaccounts"), ...BY_KUBECONFIG],
};
