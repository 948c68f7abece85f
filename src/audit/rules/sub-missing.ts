import { roleRef } from "../../model/arn.ts";
import type { Rule } from "../rule.ts";
import { aboutRole } from "../subjects.ts";
import { statementsText } from "../texts.ts";

/** A role that every ServiceAccount of a cluster can become. */
export const subMissing: Rule = {
  code: "sub-missing",
  title: "a role asks for no subject: every ServiceAccount of the cluster can become it",
  severity: "high",
  why: `Without a condition on the issuer's \`sub\`, every pod of the cluster gets the role's permissions, and so does whoever may make a pod anywhere in it.`,
  finds: `Roles whose trust policy lets in a ServiceAccount that nobody has made yet and no statement names: \`sub\` is not asked for, or by an operator that holds for any value. It is judged by the whole policy, Deny statements included. Where not even the provider is named (Principal \`*\`), the finding is critical.`,
  remedies: `Add \`StringEquals\` on the issuer's \`sub\` with \`system:serviceaccount:NAMESPACE:NAME\`.`,
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
          ? "whoever has a token of any identity provider"
          : `every ServiceAccount of ${name}`;
        yield {
          subject: aboutRole(role.arn),
          severity: anywhere ? "critical" : "high",
          message: `${who} can become ${roleRef(role.arn).name}`,
          evidence: [
            ["cluster", name],
            ["statement", statementsText(open.judgement.statements)],
            ...(open.judgement.verdict === "conditional"
              ? [["only if", open.judgement.unknownKeys.join(", ")] as const]
              : []),
          ],
          remedy: {
            kind: "advice",
            text: "Let the statement ask for the ServiceAccounts that need the role, by StringEquals on the issuer's sub",
          },
          about: arn,
        };
      }
    }
  },
};
