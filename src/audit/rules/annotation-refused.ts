import { serviceAccountPath, subjectOf } from "../../model/service-account-ref.ts";
import { associationsBySubject, isOwn, accessFrom } from "../annotated.ts";
import { tokenJudgement } from "../access-paths.ts";
import type { Rule } from "../rule.ts";
import { aboutServiceAccount } from "../subjects.ts";

/** A ServiceAccount annotated with a role that does not allow it. */
export const annotationRefused: Rule = {
  code: "annotation-refused",
  title: "a ServiceAccount is annotated with a role whose trust policy does not allow it",
  severity: "high",
  why: `STS returns AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity.`,
  finds: `ServiceAccounts annotated with a role in this AWS account whose trust policy, evaluated as a whole, does not allow their tokens. If the result depends on conditions that can't be evaluated, nothing is reported. ServiceAccounts with a Pod Identity association are excluded, since their pods don't use the token.`,
  remedies: `Run \`irsa verify\` to see where the trust policy differs. The role's owner adds a statement for the ServiceAccount.`,
  sources: ["https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html"],
  *find({ inventory, access, annotated }) {
    if (inventory.roles.state === "unknown") return;
    for (const one of annotated) {
      const { cluster, serviceAccount, text } = one;
      const role = isOwn(one) ? access.find(text) : undefined;
      const from = role && accessFrom(role, cluster);
      if (role?.role.trust === undefined || from === undefined) continue;
      const subject = subjectOf(serviceAccount.ref);
      if (from.isTooComplex === true || tokenJudgement(from, subject) !== undefined) continue;
      if (cluster.audited.associations.state === "unknown") continue;
      if (associationsBySubject(cluster.audited).has(subject)) continue;
      const { name, region } = cluster.audited.cluster;
      const path = serviceAccountPath(serviceAccount.ref);
      yield {
        subject: aboutServiceAccount(cluster.audited.cluster, serviceAccount.ref),
        message: `${path} is annotated with a role whose trust policy does not allow it`,
        evidence: [
          ["role", text],
          ["token subject", subject],
        ],
        remedy: {
          kind: "command",
          command: ["irsa", "verify", path, "--cluster", name, "--region", region],
        },
        namespaces: [serviceAccount.ref.namespace],
      };
    }
  },
};
