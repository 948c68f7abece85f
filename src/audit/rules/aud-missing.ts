import { roleRef } from "../../model/arn.ts";
import { DEFAULT_AUDIENCE, hostPath } from "../../model/issuer.ts";
import { judge } from "../judge.ts";
import { NO_AUDIENCE } from "../openness.ts";
import type { ClusterAccess } from "../access-index.ts";
import type { Rule } from "../rule.ts";
import { aboutRole } from "../subjects.ts";
import { statementsText } from "../texts.ts";

/** A role that accepts tokens issued for other services. */
export const audMissing: Rule = {
  code: "aud-missing",
  title: "a trust policy does not require an audience",
  severity: "medium",
  why: `A token issued for, and sent to, another service can also assume the role, if the OIDC provider accepts its audience.`,
  finds: `Roles that allow a ServiceAccount with any \`aud\` in its token. The OIDC provider's audiences are not considered, since audiences may be added later.`,
  remedies: `Add a \`StringEquals\` condition on the issuer's \`aud\` with the value \`${DEFAULT_AUDIENCE}\`.`,
  sources: ["https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html"],
  *find({ access }) {
    for (const { role, trust, byCluster } of access.roles) {
      for (const one of byCluster) {
        const { cluster } = one.cluster.audited;
        const subject = someoneIn(one);
        const judgement =
          subject === undefined ? undefined : judge(trust, one.cluster.requests(subject, NO_AUDIENCE));
        if (judgement === undefined) continue;
        yield {
          subject: aboutRole(role.arn),
          message: `${roleRef(role.arn).name} allows tokens of ${cluster.name} with any audience`,
          evidence: [
            ["cluster", cluster.name],
            ["statement", statementsText(judgement.statements)],
          ],
          remedy: {
            kind: "advice",
            text: `Add this condition to the statement: "StringEquals": {"${hostPath(cluster.issuer)}:aud": "${DEFAULT_AUDIENCE}"}`,
          },
          namespaces: namespacesIn(one),
          about: cluster.arn,
        };
      }
    }
  },
};

function someoneIn({ token }: ClusterAccess): string | undefined {
  return (token.named[0]?.candidate ?? token.alike[0]?.candidates[0])?.subject;
}

function namespacesIn({ token }: ClusterAccess): string[] {
  return [...new Set(token.named.map(({ candidate }) => candidate.ref.namespace))];
}
