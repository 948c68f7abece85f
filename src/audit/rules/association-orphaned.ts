import { listed } from "../../model/known.ts";
import { serviceAccountPath, subjectOf } from "../../model/service-account-ref.ts";
import type { Rule } from "../rule.ts";
import { aboutServiceAccount, ownerOf } from "../subjects.ts";

/** A Pod Identity association of a missing ServiceAccount. */
export const associationOrphaned: Rule = {
  code: "association-orphaned",
  title: "a Pod Identity association has a ServiceAccount that does not exist",
  severity: "low",
  why: `Anyone who can create the ServiceAccount or its namespace gets the role, unnoticed, since no one uses the name. Often the name is misspelled, and the pods that need the role get no credentials.`,
  finds: `Pod Identity associations whose ServiceAccount does not exist, in clusters whose ServiceAccounts could be read.`,
  remedies: `Delete the association, or create the ServiceAccount.`,
  sources: ["https://docs.aws.amazon.com/eks/latest/userguide/pod-id-association.html"],
  *find({ access }) {
    for (const { audited, candidates } of access.clusters) {
      const { cluster, associations } = audited;
      if (candidates.complete.state === "unknown") continue;
      for (const association of listed(associations)) {
        const { serviceAccount, roleArn, targetRoleArn, id } = association;
        if (candidates.find(subjectOf(serviceAccount)) !== undefined) continue;
        const path = serviceAccountPath(serviceAccount);
        yield {
          subject: aboutServiceAccount(cluster, serviceAccount),
          message: `the Pod Identity association of ${path} gives a role to a ServiceAccount that does not exist in ${cluster.name}`,
          evidence: [
            ["association", id],
            ["role", roleArn],
            ...(targetRoleArn === undefined ? [] : [["target role", targetRoleArn] as const]),
            ...ownerOf(association),
          ],
          remedy: {
            kind: "advice",
            text: "Delete the association, or create the ServiceAccount that it is for",
          },
          namespaces: [serviceAccount.namespace],
        };
      }
    }
  },
};
