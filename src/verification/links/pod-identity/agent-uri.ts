import { listed, valueOf } from "../../../model/known.ts";
import { variableOf } from "../../../workload/injection.ts";
import { URI_VARIABLE } from "../../../model/pod-credentials.ts";
import { AGENT_URI, AGENT_URIS } from "../../../model/pod-identity-agent.ts";
import type { Observed } from "../../observed.ts";

/** The agent's address as the webhook gives it to pods of this cluster, which is another one for IPv6. */
export function agentUri({ tried, pods }: Observed): string {
  const specs = [valueOf(tried), ...listed(pods).map(({ spec }) => spec)];
  const given = specs.flatMap((spec) => (spec && variableOf(spec, URI_VARIABLE)) ?? []);
  // Whoever makes a pod may preset the variable: that is not an address of the agent's.
  return given.find((uri) => AGENT_URIS.includes(uri)) ?? AGENT_URI;
}
