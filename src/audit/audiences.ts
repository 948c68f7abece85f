import { valueOf } from "../model/known.ts";
import { DEFAULT_AUDIENCE, hostPath } from "../model/issuer.ts";
import type { TrustStatement } from "../model/trust-policy/read.ts";
import { truthOf, type Truth } from "../model/trust-policy/truth.ts";
import type { Candidates } from "./candidates.ts";
import type { AuditedCluster } from "./inventory.ts";

/** Whether the cluster's OIDC provider accepts tokens with this audience. */
export function takesAudience({ provider }: Pick<AuditedCluster, "provider">, audience: string): Truth {
  if (provider.state === "unknown") return "unknown";
  return truthOf(provider.value?.clientIds.includes(audience) === true);
}

/** The audiences that the provider accepts; of one that could not be read, any that the cluster's tokens have. */
export function audiencesOf(
  { provider }: Pick<AuditedCluster, "provider">,
  { byAudience }: Pick<Candidates, "byAudience">,
): readonly string[] {
  const found = valueOf(provider);
  if (found !== undefined) return found.clientIds.toSorted();
  const others = provider.state === "unknown" ? [...byAudience.keys()].toSorted() : [];
  return [...new Set([DEFAULT_AUDIENCE, ...others])];
}

/**
 * The audiences that someone may choose for a token: whoever can create a pod can project a token for any audience, and the
 * annotation only says which one the webhook asks for. Those that the provider accepts; none without a provider. Of one that could
 * not be read, those that the trust policy compares with may be among them.
 */
export function choosableAudiences(
  audited: Pick<AuditedCluster, "provider" | "cluster">,
  candidates: Pick<Candidates, "byAudience">,
  trust: readonly TrustStatement[],
): readonly string[] {
  const { provider, cluster } = audited;
  if (provider.state === "known" && provider.value === undefined) return [];
  if (provider.state === "known") return audiencesOf(audited, candidates);
  const key = `${hostPath(cluster.issuer)}:aud`.toLowerCase();
  const compared = trust
    .flatMap(({ conditions }) => conditions)
    .filter((condition) => condition.key.toLowerCase() === key)
    .flatMap(({ expected }) => expected)
    .filter((value) => !/[*?$]/.test(value));
  return [...new Set([...audiencesOf(audited, candidates), ...compared])].toSorted();
}
