import { roleRef } from "../../model/arn.ts";
import { hostPath } from "../../model/issuer.ts";
import { judge } from "../judge.ts";
import { NO_AUDIENCE } from "../openness.ts";
import type { ClusterAccess } from "../access-index.ts";
import type { Rule } from "../rule.ts";
import { aboutRole } from "../subjects.ts";
import { statementsText } from "../texts.ts";

/** A role that takes tokens made for others. */
export const audMissing: Rule = {
  code: "aud-missing",
  title: "a role asks for no audience",
  severity: "medium",
  why: `A token that was made for another service, and handed to it, opens the role too, as long as the provider takes its audience.`,
  finds: `Roles that let a ServiceAccount in whatever the \`aud\` of its token. What the provider's list of audiences excludes is not weighed: that list may grow.`,
  remedies: `Add \`StringEquals\` on the issuer's \`aud\` with \`sts.amazonaws.com\`.`,
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
          message: `${roleRef(role.arn).name} lets in tokens of ${cluster.name} whatever their audience`,
          evidence: [
            ["cluster", cluster.name],
            ["statement", statementsText(judgement.statements)],
          ],
          remedy: {
            kind: "advice",
            text: `Add to the statement: "StringEquals": {"${hostPath(cluster.issuer)}:aud": "sts.amazonaws.com"}`,
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
