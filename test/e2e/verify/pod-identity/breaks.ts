import type { BreaksByCode, PodIdentityCode } from "./break.ts";
import { AGENT_BREAKS, POD_BREAKS } from "./break-cluster.ts";
import { ROLE_BREAKS } from "./break-roles.ts";

/** Every problem of the chain by Pod Identity, as worlds that have it: one that is not here does not compile. */
export const POD_IDENTITY_BREAKS: BreaksByCode<PodIdentityCode> = {
  ...AGENT_BREAKS,
  ...ROLE_BREAKS,
  ...POD_BREAKS,
};
