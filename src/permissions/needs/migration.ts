import { aws, type CommandRights } from "../right.ts";
import { MAKE_PROVIDER } from "./shared.ts";

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
