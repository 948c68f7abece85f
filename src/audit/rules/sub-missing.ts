import { roleRef } from "../../model/arn.ts";
import type { Rule } from "../rule.ts";
import { aboutRole } from "../subjects.ts";
import { statementsText } from "../texts.ts";

/** A role that every ServiceAccount in a cluster can assume. */
export const subMissing: Rule = {
  code: "sub-missing",
  title: "a trust policy does not require a subject: every ServiceAccount in the cluster can assume the role",
  severity: "high",
  why: `Without a condition on the issuer's \`sub\`, every pod in the cluster can assume the role, and so can anyone who can create a pod in any namespace.`,
  finds: `Roles whose trust policy allows a ServiceAccount that does not exist and that no statement names: there is no condition on \`sub\`, or one that any value meets. The whole policy is evaluated, including Deny statements. If the policy allows any OIDC provider (Principal \`*\`), the severity is critical.`,
  remedies: `Add a \`StringEquals\` condition on the issuer's \`sub\` with the value \`system:serviceaccount:NAMESPACE:NAME\`.`,
  sources: [
    "https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif",
  ],
  *find({ access }) {
    for (const { role, byCluster } of access.roles) {
      for (const { cluster, open } of byCluster) {
        if (open === undefined || open.to === "pattern") continue;
        const { name, arn } = cluster.audited.cluster;
        const anywhere = open.to === "any-provider";
        const who = anywhere
          ? "anyone with a token from any OIDC provider"
          : `every ServiceAccount in ${name}`;
        yield {
          subject: aboutRole(role.arn),
          severity: anywhere ? "critical" : "high",
          message: `${who} can assume ${roleRef(role.arn).name}`,
          evidence: [
            ["cluster", name],
            ["statement", statementsText(open.judgement.statements)],
            ...(open.judgement.verdict === "conditional"
              ? [["only if", open.judgement.unknownKeys.join(", ")] as const]
              : []),
          ],
          remedy: {
            kind: "advice",
            text: "Require the ServiceAccounts that need the role, with a StringEquals condition on the issuer's sub",
          },
          about: arn,
        };
      }
    }
  },
};
