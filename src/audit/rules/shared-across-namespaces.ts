import { valueOf } from "../../model/known.ts";
import { roleRef } from "../../model/arn.ts";
import { serviceAccountPath } from "../../model/service-account-ref.ts";
import { namedIn } from "../access-paths.ts";
import type { Rule } from "../rule.ts";
import { aboutRole } from "../subjects.ts";
import { listText } from "../../model/list-text.ts";

/** A role shared by several namespaces. */
export const sharedAcrossNamespaces: Rule = {
  code: "shared-across-namespaces",
  title: "a role is shared by ServiceAccounts in several namespaces",
  severity: "low",
  why: `Each namespace also gets the permissions that only the others need. In CloudTrail, their calls are hard to tell apart.`,
  finds: `Roles that allow named, existing ServiceAccounts in more than one namespace of a cluster, by token or Pod Identity association.`,
  remedies: `Create a role for each namespace; they can share policies.`,
  sources: ["https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html"],
  *find({ access }) {
    for (const { role, byCluster } of access.roles) {
      for (const one of byCluster) {
        const { cluster } = one;
        const existing = [...namedIn(one), ...one.associations]
          .map(({ candidate }) => candidate)
          .filter(({ exists }) => valueOf(exists) === true);
        const namespaces = [...new Set(existing.map(({ ref }) => ref.namespace))].toSorted();
        if (namespaces.length < 2) continue;
        const paths = [...new Set(existing.map(({ ref }) => serviceAccountPath(ref)))].toSorted();
        yield {
          subject: aboutRole(role.arn),
          message: `${roleRef(role.arn).name} is shared by ${namespaces.length} namespaces in ${cluster.audited.cluster.name}`,
          evidence: [["ServiceAccounts", listText(paths)]],
          remedy: { kind: "advice", text: "Create a role for each namespace" },
          namespaces,
          about: cluster.audited.cluster.arn,
        };
      }
    }
  },
};
