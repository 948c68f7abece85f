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

/** A trust policy that tokens of one cluster are put to; each question is judged once. */
export interface TrustProbe {
  readonly trust: readonly TrustStatement[];
  readonly cluster: ClusterWithIssuer;
  readonly tests: SubjectTests;
  /** The judgement of a token; `undefined` if it is not let in. */
  readonly ask: (subject: string, audience: string) => Judgement | undefined;
  /** What the questions have cost. */
  readonly steps: Steps;
}

/** A subject that no cluster has (no namespace ends in a hyphen), to ask for those that nobody has made yet. */
export const NOBODY = "system:serviceaccount:irsa-nobody-:irsa-nobody-";

/**
 * Puts tokens of the cluster to the trust policy.
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

/** False if no Allow statement's principal takes in who asks: then the policy lets them in under no condition. */
export function mayAllow(trust: readonly TrustStatement[], who: RequestPrincipal): boolean {
  return trust.some(({ effect, principal: { negated, items } }) => {
    if (effect !== "Allow") return false;
    return negated || items === "unreadable" || items.some((entry) => matchesPrincipal(entry, who));
  });
}

/** How tokens ask for a role of the cluster's AWS account. */
export type TokenRequests = (subject: string, audience: string) => TrustRequest;

/** The requests of a cluster's tokens, which differ in two condition keys alone; the rest of them is made once. */
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
