import { serviceAccountPath, subjectOf } from "../../model/service-account-ref.ts";
import { associationsBySubject } from "../annotated.ts";
import type { Rule } from "../rule.ts";
import { aboutAccount } from "../subjects.ts";

/** Two ways to a role, of which one is never taken. */
export const podIdentityShadows: Rule = {
  code: "pod-identity-shadows",
  title: "a ServiceAccount has both an annotation and a Pod Identity association",
  severity: "medium",
  why: `Pods made now get the credentials of the association; the annotation has no effect. Pods from before the association still use the annotated role.`,
  finds: `Accounts with \`eks.amazonaws.com/role-arn\` and an association. If both have the same role, the severity is low.`,
  remedies: `Keep one of the two.`,
  sources: ["https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html"],
  *find({ access, annotated }) {
    for (const cluster of access.clusters) {
      const associated = associationsBySubject(cluster.audited);
      for (const { serviceAccount, text } of annotated.filter((one) => one.cluster === cluster)) {
        const association = associated.get(subjectOf(serviceAccount.ref));
        if (association === undefined) continue;
        yield {
          subject: aboutAccount(cluster.audited.cluster, serviceAccount.ref),
          severity: association.roleArn === text ? "low" : "medium",
          message: `the annotation of ${serviceAccountPath(serviceAccount.ref)} has no effect: a Pod Identity association comes before it`,
          evidence: [
            ["annotated", text],
            ["associated", association.roleArn],
          ],
          remedy: { kind: "advice", text: "Take the annotation off, or delete the association" },
          namespaces: [serviceAccount.ref.namespace],
        };
      }
    }
  },
};
