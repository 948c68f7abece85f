import { DEFAULT_AUDIENCE, hostPath, providerArn } from "../model/issuer.ts";
import type { Judgement } from "../model/judgement.ts";
import type { TrustStatement } from "../model/trust-policy/read.ts";
import { webIdentityRequest } from "../model/trust-policy/request.ts";
import type { AuditedCluster } from "./inventory.ts";
import { judge } from "./judge.ts";
import { subjectTests } from "./subject-tests.ts";
import { tokenRequest } from "./token-reach.ts";

/** That a role lets in accounts which nobody has made yet: whoever may make one becomes the role. */
export interface Openness {
  readonly to: "any-provider" | "any-account" | "pattern";
  readonly judgement: Judgement;
  /** For `pattern`: the values with wildcards that let accounts in, sorted. */
  readonly patterns: readonly string[];
}

/** Names that no cluster and no AWS account has: namespaces don't end in a hyphen, `.invalid` is reserved (RFC 2606). */
const NOBODY = "system:serviceaccount:irsa-nobody-:irsa-nobody-";
const NOWHERE = "irsa-nobody.invalid";

/** How open the role is to one cluster, by its trust policy; `undefined` if only accounts that it names get in. */
export function opennessOf(
  trust: readonly TrustStatement[],
  { cluster, provider }: AuditedCluster,
): Openness | undefined {
  const audiences = typeof provider === "object" ? provider.clientIds : [DEFAULT_AUDIENCE];
  const first = (judgeOne: (audience: string) => Judgement | undefined): Judgement | undefined =>
    audiences.map(judgeOne).find((judgement) => judgement !== undefined);
  const ofCluster = (subject: string) =>
    first((audience) => judge(trust, tokenRequest(cluster, subject, audience)));

  const anywhere = first((audience) => judge(trust, fromNowhere(cluster, audience)));
  if (anywhere !== undefined) return { to: "any-provider", judgement: anywhere, patterns: [] };
  const anyAccount = ofCluster(NOBODY);
  if (anyAccount !== undefined) return { to: "any-account", judgement: anyAccount, patterns: [] };
  const tests = subjectTests(trust, hostPath(cluster.issuer));
  const wild = tests === "each" ? [] : tests.filter(({ wildcards }) => wildcards).map(({ value }) => value);
  const effective = [...new Set(wild)].toSorted().flatMap((value) => {
    const judgement = ofCluster(value.replaceAll(/[*?]/g, "x"));
    return judgement === undefined ? [] : [{ value, judgement }];
  });
  const [one] = effective;
  return one && { to: "pattern", judgement: one.judgement, patterns: effective.map(({ value }) => value) };
}

/** The audience that no provider takes; a trust policy that lets it in does not ask for one. */
export const NO_AUDIENCE = NOWHERE;

function fromNowhere(cluster: AuditedCluster["cluster"], audience: string) {
  const arn = providerArn(cluster, cluster.issuer).replace(hostPath(cluster.issuer), NOWHERE);
  return webIdentityRequest({ providerArn: arn, issuerHostPath: NOWHERE, subject: NOBODY, audience });
}
