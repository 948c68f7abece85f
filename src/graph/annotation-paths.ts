import { isOwn, accessFrom, type Annotated } from "../audit/annotated.ts";
import { tokenJudgement } from "../audit/access-paths.ts";
import { allRolesFor } from "../audit/inventory.ts";
import { takesAudience } from "../audit/audiences.ts";
import { clusterRef } from "../model/arn.ts";
import { valueOf } from "../model/known.ts";
import type { Judgement } from "../model/judgement.ts";
import { audienceOf } from "../model/service-account-facts.ts";
import { serviceAccountPath, subjectOf } from "../model/service-account-ref.ts";
import { inCluster, noRole } from "./ids.ts";
import type { GraphInput } from "./input.ts";
import { judgementFacts, type AccessPath } from "./paths.ts";

/** The rules that speak of a ServiceAccount's annotation. */
const OF_THE_ANNOTATION = [
  "annotation-refused",
  "audience-not-taken",
  "pod-identity-shadows",
  "role-gone",
] as const;

/** The ways that annotations mean, whether or not they lead to the role. */
export function annotationPaths(input: GraphInput): AccessPath[] {
  const { audit, findings } = input;
  return audit.annotated.map((one) => {
    const { cluster, serviceAccount, text, role } = one;
    const from = inCluster(cluster.audited.cluster, serviceAccountPath(serviceAccount.ref));
    return {
      from,
      to: role ?? noRole(text),
      serviceAccount: { cluster, ref: serviceAccount.ref },
      means: "annotation",
      ...outcome(one, input),
      findings: findings.about(from, ...OF_THE_ANNOTATION),
    };
  });
}

type Outcome = Pick<AccessPath, "admitted" | "state" | "facts">;

function outcome(one: Annotated, { audit: { inventory, access }, associationOf }: GraphInput): Outcome {
  const { cluster, serviceAccount, text, role } = one;
  const { audited } = cluster;
  if (role === undefined) return stopped("broken", `'${text}' is not a valid role ARN`);
  if (!isOwn(one)) return stopped("unknown", "the role is in another AWS account, which was not read");
  if (allRolesFor(audited.cluster, inventory)(audited.cluster.awsAccount) !== true)
    return stopped("unknown", "the roles could not be read");
  const found = access.find(text);
  const from = found && accessFrom(found, cluster);
  if (found === undefined || from === undefined) return stopped("broken", "the role does not exist");
  if (from.isTooComplex === true)
    return stopped("unknown", "the role's trust policy is too complex to evaluate");
  const judgement = tokenJudgement(from, subjectOf(serviceAccount.ref));
  const taken = takesAudience(audited, audienceOf(serviceAccount));
  const association = associationOf({ cluster, ref: serviceAccount.ref });
  if (valueOf(association) !== undefined) return shadowed(judgement !== undefined && taken !== "no");
  if (judgement === undefined)
    return refused(found.role.trust === undefined, association.state === "unknown");
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
  const why = "a Pod Identity association takes precedence";
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
  return stopped(associationsUnknown ? "unknown" : "broken", "the role's trust policy does not allow it");
}

function notTaken({ cluster: { audited }, serviceAccount }: Annotated): string {
  const { awsAccount, arn } = audited.cluster;
  return valueOf(audited.provider) === undefined
    ? clusterRef(arn).awsAccount === awsAccount
      ? "the cluster has no IAM OIDC provider"
      : `AWS account ${awsAccount} has no IAM OIDC provider for the cluster`
    : `the OIDC provider does not accept audience '${audienceOf(serviceAccount)}'`;
}

function entered(judgement: Judgement, providerUnknown: boolean): Outcome {
  const known = judgement.verdict === "allow" && !providerUnknown;
  return {
    admitted: true,
    state: known ? "works" : "unknown",
    facts: [
      ["by", "annotation"],
      ...judgementFacts(judgement),
      ...(providerUnknown ? [["unknown", "the OIDC provider could not be read"] as const] : []),
    ],
  };
}
