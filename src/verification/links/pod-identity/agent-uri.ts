import { listed, valueOf } from "../../../model/known.ts";
import { AGENT_URI, URI_VARIABLE, variableOf } from "../../../workload/injection.ts";
import type { Observed } from "../../observed.ts";

/** The agent's address as the webhook gives it to pods of this cluster, which is another one for IPv6. */
export function agentUri({ tried, pods }: Observed): string {
  const specs = [valueOf(tried), ...listed(pods).map(({ spec }) => spec)];
  const given = specs.flatMap((spec) => (spec && variableOf(spec, URI_VARIABLE)) ?? []);
  return given[0] ?? AGENT_URI;
}
