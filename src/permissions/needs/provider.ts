import { aws, type CommandRights } from "../right.ts";
import { MAKE_PROVIDER, REACH } from "./shared.ts";

/** `associate-oidc`. */
export const ASSOCIATE: CommandRights = {
  aws: [
    ...REACH,
    ...aws("required", "provider", "looks whether the provider is there", "GetOpenIDConnectProvider"),
    ...aws("required", "provider", "makes it, tagged in the same call", ...MAKE_PROVIDER),
    ...aws("as-used", "provider", "adds the audience that one lacks", "AddClientIDToOpenIDConnectProvider"),
    ...aws("as-used", "provider", "--thumbprint", "UpdateOpenIDConnectProviderThumbprint"),
    ...aws(
      "advisory",
      "account",
      "tells of providers that look alike, and of the quota",
      "ListOpenIDConnectProviders",
    ),
  ],
  cluster: [],
};

/** `disassociate-oidc`. */
export const DISASSOCIATE: CommandRights = {
  aws: [
    ...REACH,
    ...aws("required", "provider", "looks whether the provider is there", "GetOpenIDConnectProvider"),
    ...aws("required", "account", "refuses while roles trust it; advisory with --force", "ListRoles"),
    ...aws("required", "provider", "deletes it", "DeleteOpenIDConnectProvider"),
  ],
  cluster: [],
};
