import { serviceAccountPath, subjectOf } from "../../model/service-account-ref.ts";
import { associationsBySubject } from "../annotated.ts";
import type { Rule } from "../rule.ts";
import { aboutServiceAccount } from "../subjects.ts";

/** An annotation and an association, one of which has no effect. */
export const podIdentityShadows: Rule = {
  code: "pod-identity-shadows",
  title: "a ServiceAccount has both an annotation and a Pod Identity association",
  severity: "medium",
  why: `New pods get credentials from the association; the annotation has no effect. Pods created before the association still use the annotated role.`,
  finds: `ServiceAccounts with the annotation \`eks.amazonaws.com/role-arn\` and an association. If both have the same role, the severity is low.`,
  remedies: `Remove the annotation or delete the association.`,
  sources: ["https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html"],
  *find({ access, annotated }) {
    for (const cluster of access.clusters) {
      const associated = associationsBySubject(cluster.audited);
      for (const { serviceAccount, text } of annotated.filter((one) => one.cluster === cluster)) {
        const association = associated.get(subjectOf(serviceAccount.ref));
        if (association === undefined) continue;
        yield {
          subject: aboutServiceAccount(cluster.audited.cluster, serviceAccount.ref),
          severity: (association.targetRoleArn ?? association.roleArn) === text ? "low" : "medium",
          message: `the annotation of ${serviceAccountPath(serviceAccount.ref)} has no effect: a Pod Identity association takes precedence`,
          evidence: [
            ["annotated", text],
            ["associated", association.roleArn],
            ...(association.targetRoleArn === undefined
              ? []
              : [["target role", association.targetRoleArn] as const]),
          ],
          remedy: { kind: "advice", text: "Remove the annotation or delete the association" },
          namespaces: [serviceAccount.ref.namespace],
        };
      }
    }
  },
};
