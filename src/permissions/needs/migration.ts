import type { kindRow } from "../../model/workload-kinds.ts";
import { aws, core, type CommandRights } from "../right.ts";
import { BY_KUBECONFIG, MAKE_PROVIDER, MANY_AT_ONCE, onWorkloads, REACH } from "./shared.ts";

/** `migrate-trust`; any role of the AWS account may name the old issuer. */
export const MIGRATE: CommandRights = {
  aws: [
    ...aws("as-used", "cluster", "--from and --to given as clusters, not as issuers", "eks:DescribeCluster"),
    ...aws("required", "account", "finds the roles that trust the old issuer", "ListRoles"),
    ...aws("required", "role", "the role, also right before it is changed", "GetRole"),
    ...aws(
      "required",
      "provider",
      "the new issuer's provider must exist; a warning for the old one's",
      "GetOpenIDConnectProvider",
    ),
    ...aws("required", "role", "moves the trust policy", "UpdateAssumeRolePolicy"),
    ...aws("as-used", "role", "--replace: updates irsa's ownership tags to the new cluster", "TagRole"),
    ...aws("as-used", "provider", "--associate-oidc, if it is missing", ...MAKE_PROVIDER),
    ...aws("as-used", "provider", "--associate-oidc, audience missing", "AddClientIDToOpenIDConnectProvider"),
    ...aws("advisory", "account", "the quota for trust policy length", "GetAccountSummary"),
    ...aws("advisory", "account", "reports similar providers", "ListOpenIDConnectProviders"),
  ],
  cluster: [],
};

const isRestarted = ({ restart }: ReturnType<typeof kindRow>): boolean => restart !== undefined;

/** `migrate-pod-identity`. */
export const MIGRATE_POD_IDENTITY: CommandRights = {
  aws: [
    ...REACH,
    ...aws("required", "cluster", "the associations", "eks:ListPodIdentityAssociations"),
    ...aws("required", "association", "the associations", "eks:DescribePodIdentityAssociation"),
    ...aws("required", "role", "the role, also right before it is changed", "GetRole"),
    ...aws("advisory", "account", "reads many roles in one request", "ListRoles"),
    ...MANY_AT_ONCE,
    ...aws("advisory", "account", "the quota for trust policy length", "GetAccountSummary"),
    ...aws("required", "provider", "--back: it must exist", "GetOpenIDConnectProvider"),
    ...aws("required", "own-role", "adds a statement, or removes irsa's", "UpdateAssumeRolePolicy"),
    ...aws("as-used", "cluster", "creates the association", "eks:CreatePodIdentityAssociation"),
    ...aws("as-used", "association", "tags the association", "eks:TagResource"),
    ...aws("as-used", "own-role", "Pod Identity: gives EKS the role", "PassRole"),
    ...aws("as-used", "association", "--back: deletes the association", "eks:DeletePodIdentityAssociation"),
    ...aws(
      "advisory",
      "cluster",
      "--restart and --finish: exchanges a token of a pod",
      "eks-auth:AssumeRoleForPodIdentity",
    ),
  ],
  cluster: [
    ...core("required", "the ServiceAccounts", "list serviceaccounts"),
    ...core("required", "pods and their nodes, in all namespaces", "list pods"),
    ...core("as-used", "--finish and --back: the annotation", "patch serviceaccounts"),
    ...core(
      "as-used",
      "--restart: verifies with a dry-run pod that new pods take the new way",
      "create pods",
    ),
    ...core("advisory", "--restart and --finish: exchanges a token", "create serviceaccounts/token"),
    ...onWorkloads("as-used", "--restart", "get", isRestarted),
    ...onWorkloads("as-used", "--restart", "patch", isRestarted),
    ...BY_KUBECONFIG,
  ],
};
