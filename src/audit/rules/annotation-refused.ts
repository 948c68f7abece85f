import { accountPath, subjectOf } from "../../model/service-account-ref.ts";
import { shellCommand } from "../../model/shell.ts";
import { associationsBySubject, isOwn, reachFrom } from "../annotated.ts";
import { tokenJudgement } from "../reach.ts";
import type { Rule } from "../rule.ts";
import { aboutAccount } from "../subjects.ts";

/** An account whose annotation names a role that does not let it in. */
export const annotationRefused: Rule = {
  code: "annotation-refused",
  title: "an account is annotated with a role that does not let it in",
  severity: "high",
  why: `STS answers AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity.`,
  finds: `Accounts annotated with a role of this AWS account whose trust policy, judged as a whole, refuses their tokens. Where it hangs on conditions that can't be known, nothing is found. An account with a Pod Identity association is left out: its pods never ask with a token.`,
  mends: `\`irsa verify\` shows what the trust policy says and where it differs. The role's owner adds a statement for the account.`,
  sources: ["https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html"],
  *find({ inventory, reach, annotated }) {
    if (inventory.roles === undefined) return;
    for (const one of annotated) {
      const { cluster, account, text } = one;
      const role = isOwn(one) ? reach.find(text) : undefined;
      const from = role && reachFrom(role, cluster);
      if (role?.role.trust === undefined || from === undefined) continue;
      const subject = subjectOf(account.ref);
      if (from.isTooComplex === true || tokenJudgement(from, subject) !== undefined) continue;
      if (cluster.audited.associations === undefined) continue;
      if (associationsBySubject(cluster.audited).has(subject)) continue;
      const { name, region } = cluster.audited.cluster;
      const path = accountPath(account.ref);
      yield {
        subject: aboutAccount(cluster.audited.cluster, account.ref),
        message: `${path} is annotated with a role that does not let it in`,
        evidence: [
          ["role", text],
          ["its token says", subject],
        ],
        mend: {
          kind: "command",
          text: shellCommand(["irsa", "verify", path, "--cluster", name, "--region", region]),
        },
        namespaces: [account.ref.namespace],
      };
    }
  },
};
