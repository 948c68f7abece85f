import { valueOf } from "../../model/known.ts";
import type { Verdict } from "../chain.ts";
import type { Observed } from "../observed.ts";
import { agentUri } from "../links/pod-identity/agent-uri.ts";

/** What only the nodes show: the exchange was made from this machine, not by the agent. Nothing unless the chain works. */
export function remainingByPodIdentity(observed: Observed, verdict: Verdict): readonly string[] {
  const cluster = valueOf(observed.cluster);
  if (verdict !== "works" || cluster === undefined) return [];
  return [
    `whether pods can reach the agent at ${agentUri(observed)}: network policies and proxies`,
    `whether the agent can reach EKS Auth in region ${cluster.region}, and whether the nodes' role allows eks-auth:AssumeRoleForPodIdentity`,
  ];
}
