import { aws, type CommandRights } from "../right.ts";

/** `guardrails`. */
export const GUARDRAILS: CommandRights = {
  aws: aws("required", "account", "trust policies and issuers", "ListRoles", "ListOpenIDConnectProviders"),
  cluster: [],
};
