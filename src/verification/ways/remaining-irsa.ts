import { listed, valueOf } from "../../model/known.ts";
import type { PodSpec } from "../../model/kubernetes-objects.ts";
import { REGIONAL_VARIABLE, ROLE_VARIABLE } from "../../model/pod-credentials.ts";
import type { Verdict } from "../chain.ts";
import { podList } from "../pod-restart.ts";
import type { Observed } from "../observed.ts";

/** The annotation that the VPC resource controller writes to pods with security groups of their own. Source: EKS, "Security groups for pods". */
const POD_ENI = "vpc.amazonaws.com/pod-eni";

/**
 * What can still keep pods from their credentials although everything that can be checked is right, as sentences: the token was
 * exchanged from this machine, not from the pods' network. Nothing unless the chain works.
 */
export function remainingByIrsa(observed: Observed, verdict: Verdict): readonly string[] {
  const cluster = valueOf(observed.cluster);
  if (verdict !== "works" || cluster === undefined) return [];
  const running = listed(observed.pods).filter(({ phase }) => phase !== "Succeeded" && phase !== "Failed");
  const guarded = running.filter(({ spec }) => POD_ENI in spec.annotations);
  const specs = [
    ...running.map(({ spec }) => spec),
    ...[valueOf(observed.tried)].filter((one) => one !== undefined),
  ];
  return [
    `whether pods can reach STS in region ${cluster.region}: egress, proxies, and the STS VPC endpoint of a private VPC`,
    ...(specs.some(callsGlobalEndpoint)
      ? [
          `whether pods can reach the global STS endpoint, which older SDKs call: ${REGIONAL_VARIABLE} is not 'regional' in their environment`,
        ]
      : []),
    ...(guarded.length > 0
      ? [
          `whether the security groups of ${podList(guarded, 3)} allow DNS and HTTPS to STS (security groups for pods)`,
        ]
      : []),
  ];
}

/** True if an SDK that still has `legacy` for its default calls the global endpoint. Source: AWS SDKs and Tools Reference, "AWS STS Regional endpoints". */
function callsGlobalEndpoint({ containers }: PodSpec): boolean {
  return containers.some(
    ({ env }) => ROLE_VARIABLE in env && (!(REGIONAL_VARIABLE in env) || env[REGIONAL_VARIABLE] === "legacy"),
  );
}
