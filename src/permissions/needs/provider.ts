import { aws, type CommandRights } from "../right.ts";
import { MAKE_PROVIDER, REACH } from "./shared.ts";

/** `associate-oidc`. */
export const ASSOCIATE: CommandRights = {
  aws: [
    ...REACH,
    ...aws("required", "provider", "checks whether the provider exists", "GetOpenIDConnectProvider"),
    ...aws("required", "provider", "creates it with tags", ...MAKE_PROVIDER),
    ...aws("as-used", "provider", "adds a missing audience", "AddClientIDToOpenIDConnectProvider"),
    ...aws("as-used", "provider", "--thumbprint", "UpdateOpenIDConnectProviderThumbprint"),
    ...aws("advisory", "account", "reports similar providers and the quota", "ListOpenIDConnectProviders"),
  ],
  cluster: [],
};

/** `disassociate-oidc`. */
export const DISASSOCIATE: CommandRights = {
  aws: [
    ...REACH,
    ...aws("required", "provider", "checks whether the provider exists", "GetOpenIDConnectProvider"),
    ...aws("required", "account", "refuses while roles trust it; a warning with --force", "ListRoles"),
    ...aws("required", "provider", "deletes the provider", "DeleteOpenIDConnectProvider"),
  ],
  cluster: [],
};
