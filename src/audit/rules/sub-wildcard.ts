import { roleRef } from "../../model/arn.ts";
import { namespaceOf } from "../openness.ts";
import type { Rule } from "../rule.ts";
import { aboutRole } from "../subjects.ts";
import { statementsText } from "../texts.ts";

/** A role that ServiceAccounts can assume by a wildcard. */
export const subWildcard: Rule = {
  code: "sub-wildcard",
  title: "a trust policy allows ServiceAccounts by wildcard",
  severity: "high",
  why: `Anyone who can create a ServiceAccount with a matching name gets the role. \`*\` also matches \`:\` and \`/\`, so \`system:serviceaccount:shop*\` also matches the namespace \`shop-evil\`.`,
  finds: `Values of the issuer's \`sub\` with \`*\` or \`?\` by which the trust policy allows ServiceAccounts. If the wildcard is limited to one namespace, the severity is low: anyone who can create ServiceAccounts there is usually trusted.`,
  remedies: `List the ServiceAccounts by name. A \`StringEquals\` condition can have a list of values.`,
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
          message: `${roleRef(role.arn).name} allows any ServiceAccount that matches ${open.patterns.join(", ")}`,
          evidence: [
            ["cluster", name],
            ["statement", statementsText(open.judgement.statements)],
          ],
          remedy: {
            kind: "advice",
            text: "List the ServiceAccounts with StringEquals instead of the wildcard",
          },
          namespaces: open.patterns.flatMap((pattern) => namespaceOf(pattern) ?? []),
          about: arn,
        };
      }
    }
  },
};
