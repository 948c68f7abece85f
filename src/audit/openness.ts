import { hostPath, providerArn } from "../model/issuer.ts";
import type { Judgement } from "../model/judgement.ts";
import type { TrustStatement } from "../model/trust-policy/read.ts";
import { webIdentityRequest } from "../model/trust-policy/request.ts";
import { mayAllow, NOBODY, type TrustProbe } from "./trust-probe.ts";
import { audiencesOf } from "./audiences.ts";
import type { Candidates } from "./candidates.ts";
import type { AuditedCluster } from "./inventory.ts";
import { judge } from "./judge.ts";

/** That a role allows ServiceAccounts that don't exist yet: anyone who can create one can assume the role. */
export interface Openness {
  readonly to: "any-provider" | "any-account" | "pattern";
  readonly judgement: Judgement;
  /** For `pattern`: the values with wildcards that allow ServiceAccounts, sorted. */
  readonly patterns: readonly string[];
}

/** A host that can't exist. Source: RFC 2606 (`.invalid`). */
const NOWHERE = "irsa-nobody.invalid";

/** How open the role is to one cluster, by its trust policy; `undefined` if it only allows ServiceAccounts by name. */
export function opennessOf(
  probe: TrustProbe,
  audited: Pick<AuditedCluster, "provider">,
  candidates: Candidates,
): Openness | undefined {
  const { cluster, trust, tests, ask } = probe;
  const audiences = audiencesOf(audited, candidates);
  const first = (judgeOne: (audience: string) => Judgement | undefined): Judgement | undefined =>
    audiences.map(judgeOne).find((judgement) => judgement !== undefined);

  const anywhere = first((audience) => judgeFromNowhere(trust, cluster, audience));
  if (anywhere !== undefined) return { to: "any-provider", judgement: anywhere, patterns: [] };
  const anyServiceAccount = first((audience) => ask(NOBODY, audience));
  if (anyServiceAccount !== undefined)
    return { to: "any-account", judgement: anyServiceAccount, patterns: [] };
  const wild = tests === "each" ? [] : tests.filter(({ wildcards }) => wildcards).map(({ value }) => value);
  const effective = [...new Set(wild)].toSorted().flatMap((value) => {
    const judgement = first((audience) => ask(value.replaceAll(/[*?]/g, "x"), audience));
    return judgement === undefined ? [] : [{ value, judgement }];
  });
  const [one] = effective;
  return one && { to: "pattern", judgement: one.judgement, patterns: effective.map(({ value }) => value) };
}

/** The only namespace that a pattern of subjects matches. */
export function namespaceOf(pattern: string): string | undefined {
  return /^system:serviceaccount:([^:*?]+):/.exec(pattern)?.[1];
}

/** An audience that no provider accepts; a trust policy that allows it does not require one. */
export const NO_AUDIENCE = NOWHERE;

function judgeFromNowhere(
  trust: readonly TrustStatement[],
  cluster: TrustProbe["cluster"],
  audience: string,
): Judgement | undefined {
  const arn = providerArn(cluster, cluster.issuer).replace(hostPath(cluster.issuer), NOWHERE);
  if (!mayAllow(trust, { type: "Federated", id: arn })) return undefined;
  const identity = { providerArn: arn, issuerHostPath: NOWHERE, subject: NOBODY, audience };
  return judge(trust, webIdentityRequest(identity));
}
