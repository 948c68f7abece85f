import { listed, valueOf } from "../../model/known.ts";
import { roleRef } from "../../model/arn.ts";
import { serviceAccountPath } from "../../model/service-account-ref.ts";
import { namedIn } from "../access-paths.ts";
import type { Rule } from "../rule.ts";
import { aboutRole } from "../subjects.ts";
import { listText } from "../../model/list-text.ts";

/** A role that ServiceAccounts could use but none does. */
export const neverAnnotated: Rule = {
  code: "never-annotated",
  title: "a role trusts ServiceAccounts, but no ServiceAccount is annotated with it",
  severity: "low",
  why: `No workload uses the role as intended, but anyone who can run pods with the ServiceAccount can assume it. Often the role was left behind, or the annotation was lost.`,
  finds: `Roles that trust existing ServiceAccounts by name, if no ServiceAccount in the audited clusters is annotated with the role and no Pod Identity association uses it. Only if all ServiceAccounts and associations could be read.`,
  remedies: `Annotate the ServiceAccount, or remove it from the trust policy.`,
  sources: ["https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html"],
  *find({ inventory, access, annotated }) {
    const isKnown = inventory.clusters.every(
      (one) => one.serviceAccounts.state === "known" && one.associations.state === "known",
    );
    if (!isKnown) return;
    const used = new Set<string>([
      ...annotated.map(({ text }) => text),
      ...inventory.clusters.flatMap(({ associations }) =>
        listed(associations).flatMap(({ roleArn, targetRoleArn }) => [
          roleArn,
          ...(targetRoleArn === undefined ? [] : [targetRoleArn]),
        ]),
      ),
    ]);
    for (const { role, byCluster } of access.roles) {
      if (used.has(role.arn)) continue;
      const serviceAccounts = byCluster.flatMap(namedIn).map(({ candidate }) => candidate);
      const existing = serviceAccounts.filter(({ exists }) => valueOf(exists) === true);
      if (existing.length === 0) continue;
      const refs = existing.map(({ ref }) => ref);
      yield {
        subject: aboutRole(role.arn),
        message: `${roleRef(role.arn).name} allows ${listText(refs.map(serviceAccountPath))}, but no ServiceAccount is annotated with it`,
        evidence: [["role", role.arn]],
        remedy: {
          kind: "advice",
          text: `Annotate the ServiceAccount with eks.amazonaws.com/role-arn: ${role.arn}, or remove the statement from the trust policy`,
        },
        namespaces: [...new Set(refs.map(({ namespace }) => namespace))],
      };
    }
  },
};
