import { isOwn, reachFrom, type Annotated } from "../audit/annotated.ts";
import { audienceOf } from "../audit/candidates.ts";
import { takesAudience, tokenJudgement } from "../audit/reach.ts";
import type { Judgement } from "../model/judgement.ts";
import { accountPath, subjectOf } from "../model/service-account-ref.ts";
import { inCluster, noRole } from "./ids.ts";
import type { Scene } from "./scene.ts";
import { judgementFacts, type Way } from "./ways.ts";

/** The rules that speak of an account's annotation. */
const OF_THE_ANNOTATION = [
  "annotation-refused",
  "audience-not-taken",
  "pod-identity-shadows",
  "role-gone",
] as const;

/** The ways that annotations mean, whether or not they lead to the role. */
export function annotationWays(scene: Scene): Way[] {
  const { audit, findings } = scene;
  return audit.annotated.map((one) => {
    const { cluster, account, text, role } = one;
    const from = inCluster(cluster.audited.cluster, accountPath(account.ref));
    return {
      from,
      to: role ?? noRole(text),
      account: { cluster, ref: account.ref },
      means: "annotation",
      ...outcome(one, scene),
      findings: findings.about(from, ...OF_THE_ANNOTATION),
    };
  });
}

type Outcome = Pick<Way, "admitted" | "state" | "facts">;

function outcome(one: Annotated, { audit: { inventory, reach }, isAssociated }: Scene): Outcome {
  const { cluster, account, text, role } = one;
  const { audited } = cluster;
  if (role === undefined) return stopped("broken", `'${text}' is no role ARN`);
  if (!isOwn(one)) return stopped("unknown", "the role is of another AWS account, where nothing was read");
  if (inventory.roles === undefined) return stopped("unknown", "the roles could not be read");
  const found = reach.find(text);
  const from = found && reachFrom(found, cluster);
  if (found === undefined || from === undefined) return stopped("broken", "the role does not exist");
  if (from.isTooComplex === true)
    return stopped("unknown", "the role's trust policy is too complex to judge");
  const judgement = tokenJudgement(from, subjectOf(account.ref));
  const taken = takesAudience(audited, audienceOf(account));
  const associated = isAssociated({ cluster, ref: account.ref });
  if (associated === true) return shadowed(judgement !== undefined && taken !== "no");
  if (judgement === undefined) return refused(found.role.trust === undefined, associated === undefined);
  if (taken === "no") return stopped("broken", notTaken(one));
  return entered(judgement, taken === "unknown");
}

function stopped(state: "broken" | "unknown", why: string): Outcome {
  return {
    admitted: false,
    state,
    facts: [
      ["by", "annotation"],
      [state === "broken" ? "but" : "unknown", why],
    ],
  };
}

function shadowed(admitted: boolean): Outcome {
  const why = "a Pod Identity association comes before it";
  return {
    admitted,
    state: "idle",
    facts: [
      ["by", "annotation"],
      ["no effect", why],
    ],
  };
}

function refused(unreadable: boolean, associationsUnknown: boolean): Outcome {
  if (unreadable) return stopped("unknown", "the role's trust policy can't be read");
  // An association would come before the annotation, which nobody would then ask for.
  return stopped(associationsUnknown ? "unknown" : "broken", "the role's trust policy does not let it in");
}

function notTaken({ cluster: { audited }, account }: Annotated): string {
  return audited.provider === "missing"
    ? "the cluster's issuer is no identity provider in IAM"
    : `the identity provider does not take the audience '${audienceOf(account)}'`;
}

function entered(judgement: Judgement, providerUnknown: boolean): Outcome {
  const known = judgement.verdict === "allow" && !providerUnknown;
  return {
    admitted: true,
    state: known ? "works" : "unknown",
    facts: [
      ["by", "annotation"],
      ...judgementFacts(judgement),
      ...(providerUnknown ? [["unknown", "the identity provider could not be read"] as const] : []),
    ],
  };
}
