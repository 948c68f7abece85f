import { roleRef } from "../../model/arn.ts";
import { namespaceOf } from "../openness.ts";
import type { Rule } from "../rule.ts";
import { aboutRole } from "../subjects.ts";
import { statementsText } from "../texts.ts";

/** A role that ServiceAccounts can become by a wildcard. */
export const subWildcard: Rule = {
  code: "sub-wildcard",
  title: "a role lets in ServiceAccounts by a wildcard",
  severity: "high",
  why: `Whoever may make a ServiceAccount whose name matches gets the role. \`*\` crosses \`:\` and \`/\`, so that \`system:serviceaccount:shop*\` also matches the namespace \`shop-evil\`.`,
  finds: `Values of the issuer's \`sub\` with \`*\` or \`?\` by which the trust policy really lets ServiceAccounts in. A wildcard that keeps to one namespace is of low severity: whoever may make ServiceAccounts there is trusted anyway, as a rule.`,
  remedies: `Name the ServiceAccounts. A list of values under \`StringEquals\` is one condition.`,
  sources: [
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html",
  ],
  *find({ access }) {
    for (const { role, byCluster } of access.roles) {
      for (const { cluster, open } of byCluster) {
        if (open?.to !== "pattern") continue;
        const { name, arn } = cluster.audited.cluster;
        const confined = open.patterns.every((pattern) => namespaceOf(pattern) !== undefined);
        yield {
          subject: aboutRole(role.arn),
          severity: confined ? "low" : "high",
          message: `${roleRef(role.arn).name} lets in whatever matches ${open.patterns.join(", ")}`,
          evidence: [
            ["cluster", name],
            ["statement", statementsText(open.judgement.statements)],
          ],
          remedy: {
            kind: "advice",
            text: "Name the ServiceAccounts under StringEquals instead of the wildcard",
          },
          namespaces: open.patterns.flatMap((pattern) => namespaceOf(pattern) ?? []),
          about: arn,
        };
      }
    }
  },
};
