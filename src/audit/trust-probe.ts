import { providerArn, hostPath } from "../model/issuer.ts";
import type { ClusterWithIssuer } from "../model/cluster.ts";
import type { Judgement } from "../model/judgement.ts";
import { matchesPattern, patternOf } from "../model/trust-policy/match.ts";
import { matchesPrincipal } from "../model/trust-policy/principal.ts";
import type { TrustStatement } from "../model/trust-policy/read.ts";
import {
  webIdentityRequest,
  type RequestPrincipal,
  type TrustRequest,
} from "../model/trust-policy/request.ts";
import { Steps, stepsOf } from "../model/trust-policy/steps.ts";
import { judge } from "./judge.ts";
import { subjectTests, type SubjectTests } from "./subject-tests.ts";

/** A trust policy that is evaluated for tokens of one cluster; each question only once. */
export interface TrustProbe {
  readonly trust: readonly TrustStatement[];
  readonly cluster: ClusterWithIssuer;
  readonly tests: SubjectTests;
  /** The judgement of a token; `undefined` if it is not allowed. */
  readonly ask: (subject: string, audience: string) => Judgement | undefined;
  /** The cost of the questions so far. */
  readonly steps: Steps;
}

/** A subject that can't exist (no namespace ends in a hyphen), to ask for ServiceAccounts that don't exist yet. */
export const NOBODY = "system:serviceaccount:irsa-nobody-:irsa-nobody-";

/**
 * Evaluates the trust policy for tokens of the cluster.
 * @throws TooComplex, like every `ask`, once the questions cost more than `steps`
 */
export function trustProbeOf(
  trust: readonly TrustStatement[],
  cluster: ClusterWithIssuer,
  requests: TokenRequests = tokenRequestsOf(cluster),
  steps: Steps = new Steps(),
): TrustProbe {
  const answers = new Map<string, Judgement | undefined>();
  const cost = stepsOf(trust);
  const open = mayAllow(trust, { type: "Federated", id: providerArn(cluster, cluster.issuer) });
  return {
    trust,
    cluster,
    steps,
    tests: open ? subjectTests(trust, hostPath(cluster.issuer)) : [],
    ask(subject, audience) {
      if (!open) return undefined;
      const key = `${audience} ${subject}`;
      if (answers.has(key)) return answers.get(key);
      steps.spend(cost);
      const answer = judge(trust, requests(subject, audience));
      answers.set(key, answer);
      return answer;
    },
  };
}

/** True if `NOBODY` stands for every subject that matches none of the tests. */
export function standsForOthers({ tests }: TrustProbe): boolean {
  if (tests === "each") return false;
  return !tests.some(({ value, wildcards }) => wildcards && matchesPattern(patternOf(value), NOBODY));
}

/** False if no Allow statement's principal matches the caller: then no condition can allow it. */
export function mayAllow(trust: readonly TrustStatement[], who: RequestPrincipal): boolean {
  return trust.some(({ effect, principal: { negated, items } }) => {
    if (effect !== "Allow") return false;
    return negated || items === "unreadable" || items.some((entry) => matchesPrincipal(entry, who));
  });
}

/** The request that a token makes for a role in the cluster's AWS account. */
export type TokenRequests = (subject: string, audience: string) => TrustRequest;

/** The requests of a cluster's tokens, which only differ in two condition keys; the rest is built once. */
export function tokenRequestsOf(cluster: ClusterWithIssuer): TokenRequests {
  const issuerHostPath = hostPath(cluster.issuer);
  const template = webIdentityRequest({
    providerArn: providerArn(cluster, cluster.issuer),
    issuerHostPath,
    subject: "",
    audience: "",
  });
  const keys = { sub: `${issuerHostPath}:sub`.toLowerCase(), aud: `${issuerHostPath}:aud`.toLowerCase() };
  return (subject, audience) => ({
    ...template,
    context: new Map(template.context).set(keys.sub, [subject]).set(keys.aud, [audience]),
  });
}
