import { listed } from "../../model/known.ts";
import { nearest } from "../../model/nearest.ts";
import { serviceAccountPath, subjectOf, type ServiceAccountRef } from "../../model/service-account-ref.ts";
import type { AuditedCluster } from "../inventory.ts";
import type { Rule } from "../rule.ts";
import { aboutServiceAccount, ownerOf } from "../subjects.ts";

/** A Pod Identity association of a missing ServiceAccount. */
export const associationOrphaned: Rule = {
  code: "association-orphaned",
  title: "a Pod Identity association has a ServiceAccount that does not exist",
  severity: "low",
  why: `Anyone who can create the ServiceAccount or its namespace gets the role, unnoticed, since no one uses the name. Often the name is misspelled, and the pods that need the role get no credentials.`,
  finds: `Pod Identity associations whose ServiceAccount does not exist, in clusters whose ServiceAccounts could be read.`,
  remedies: `Delete the association, or create the ServiceAccount. If a ServiceAccount without an association has a similar name or namespace, it is named.`,
  sources: ["https://docs.aws.amazon.com/eks/latest/userguide/pod-id-association.html"],
  *find({ access }) {
    for (const { audited, candidates } of access.clusters) {
      const { cluster, associations } = audited;
      if (candidates.complete.state === "unknown") continue;
      for (const association of listed(associations)) {
        const { serviceAccount, roleArn, targetRoleArn, id } = association;
        if (candidates.find(subjectOf(serviceAccount)) !== undefined) continue;
        const path = serviceAccountPath(serviceAccount);
        const meant = probablyMeant(serviceAccount, audited);
        yield {
          subject: aboutServiceAccount(cluster, serviceAccount),
          message: `the Pod Identity association of ${path} gives a role to a ServiceAccount that does not exist in ${cluster.name}`,
          evidence: [
            ["association", id],
            ["role", roleArn],
            ...(targetRoleArn === undefined ? [] : [["target role", targetRoleArn] as const]),
            ...(meant === undefined
              ? []
              : [["similar ServiceAccount without an association", meant] as const]),
            ...ownerOf(association),
          ],
          remedy: {
            kind: "advice",
            text:
              meant === undefined
                ? "Delete the association, or create the ServiceAccount that it is for"
                : `Delete the association. If it was meant for ${meant}, create one for that`,
          },
          namespaces: [serviceAccount.namespace],
        };
      }
    }
  },
};

/** A ServiceAccount without an association whose name, or whose namespace, is this one but for a typo. */
function probablyMeant(
  { namespace, name }: ServiceAccountRef,
  { serviceAccounts, associations }: AuditedCluster,
): string | undefined {
  const taken = new Set(listed(associations).map((one) => serviceAccountPath(one.serviceAccount)));
  const free = listed(serviceAccounts)
    .map(({ ref }) => ref)
    .filter((ref) => !taken.has(serviceAccountPath(ref)));
  const byName = nearest(
    name,
    free.filter((ref) => ref.namespace === namespace && ref.name !== "default").map((ref) => ref.name),
  );
  if (byName !== undefined) return `${namespace}/${byName}`;
  const elsewhere = free.filter((ref) => ref.name === name && name !== "default");
  const byNamespace = nearest(
    namespace,
    elsewhere.map((ref) => ref.namespace),
  );
  return byNamespace === undefined ? undefined : `${byNamespace}/${name}`;
}
