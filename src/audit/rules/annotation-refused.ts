import { serviceAccountPath, subjectOf } from "../../model/service-account-ref.ts";
import { shellCommand } from "../../model/shell.ts";
import { associationsBySubject, isOwn, accessFrom } from "../annotated.ts";
import { tokenJudgement } from "../access-index.ts";
import type { Rule } from "../rule.ts";
import { aboutAccount } from "../subjects.ts";

/** A ServiceAccount whose annotation names a role that does not let it in. */
export const annotationRefused: Rule = {
  code: "annotation-refused",
  title: "a ServiceAccount is annotated with a role that does not let it in",
  severity: "high",
  why: `STS answers AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity.`,
  finds: `Accounts annotated with a role of this AWS account whose trust policy, judged as a whole, refuses their tokens. Where it hangs on conditions that can't be known, nothing is found. An account with a Pod Identity association is left out: its pods never ask with a token.`,
  remedies: `\`irsa verify\` shows what the trust policy says and where it differs. The role's owner adds a statement for the ServiceAccount.`,
  sources: ["https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html"],
  *find({ inventory, access, annotated }) {
    if (inventory.roles === undefined) return;
    for (const one of annotated) {
      const { cluster, serviceAccount, text } = one;
      const role = isOwn(one) ? access.find(text) : undefined;
      const from = role && accessFrom(role, cluster);
      if (role?.role.trust === undefined || from === undefined) continue;
      const subject = subjectOf(serviceAccount.ref);
      if (from.isTooComplex === true || tokenJudgement(from, subject) !== undefined) continue;
      if (cluster.audited.associations === undefined) continue;
      if (associationsBySubject(cluster.audited).has(subject)) continue;
      const { name, region } = cluster.audited.cluster;
      const path = serviceAccountPath(serviceAccount.ref);
      yield {
        subject: aboutAccount(cluster.audited.cluster, serviceAccount.ref),
        message: `${path} is annotated with a role that does not let it in`,
        evidence: [
          ["role", text],
          ["its token says", subject],
        ],
        remedy: {
          kind: "command",
          text: shellCommand(["irsa", "verify", path, "--cluster", name, "--region", region]),
        },
        namespaces: [serviceAccount.ref.namespace],
      };
    }
  },
};
