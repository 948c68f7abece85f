import { aws, type CommandRights } from "../right.ts";
import { MAKE_PROVIDER } from "./shared.ts";

/** `migrate-trust`; any role of the AWS account may name the old issuer. */
export const MIGRATE: CommandRights = {
  aws: [
    ...aws(
      "as-used",
      "cluster",
      "--from and --to as clusters, and not by their issuers",
      "eks:DescribeCluster",
    ),
    ...aws("required", "account", "finds the roles that name the old issuer", "ListRoles"),
    ...aws("required", "role", "what it is, right before it is changed too", "GetRole"),
    ...aws(
      "required",
      "provider",
      "the new issuer's must be there; advisory for the old one's",
      "GetOpenIDConnectProvider",
    ),
    ...aws("required", "role", "the move", "UpdateAssumeRolePolicy"),
    ...aws("as-used", "role", "--replace: irsa's own tags follow to the new cluster", "TagRole"),
    ...aws("as-used", "provider", "--associate-oidc, where it is missing", ...MAKE_PROVIDER),
    ...aws("as-used", "provider", "--associate-oidc, audience missing", "AddClientIDToOpenIDConnectProvider"),
    ...aws("advisory", "account", "how long a trust policy may be", "GetAccountSummary"),
    ...aws("advisory", "account", "tells of providers that look alike", "ListOpenIDConnectProviders"),
  ],
  cluster: [],
};
