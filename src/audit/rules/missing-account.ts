import { valueOf } from "../../model/known.ts";
import { roleRef } from "../../model/arn.ts";
import { serviceAccountPath } from "../../model/service-account-ref.ts";
import { namedIn } from "../access-paths.ts";
import type { Rule } from "../rule.ts";
import { aboutRole } from "../subjects.ts";
import { listText } from "../../model/list-text.ts";

/** A role that trusts a missing ServiceAccount. */
export const missingServiceAccount: Rule = {
  code: "missing-account",
  title: "a role trusts a ServiceAccount that does not exist",
  severity: "low",
  why: `Anyone who can create the ServiceAccount or its namespace gets the role, unnoticed, since no one uses the name.`,
  finds: `ServiceAccounts that a trust policy names and allows but that do not exist, in clusters whose ServiceAccounts could be read.`,
  remedies: `Remove the ServiceAccount from the trust policy.`,
  sources: ["https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html"],
  *find({ access }) {
    for (const { role, byCluster } of access.roles) {
      for (const one of byCluster) {
        const { cluster } = one;
        const missing = namedIn(one)
          .map(({ candidate }) => candidate)
          .filter(({ exists }) => valueOf(exists) === false);
        if (missing.length === 0) continue;
        const { name, arn } = cluster.audited.cluster;
        yield {
          subject: aboutRole(role.arn),
          message: `${roleRef(role.arn).name} allows ${listText(missing.map(({ ref }) => serviceAccountPath(ref)))}, which ${missing.length === 1 ? "does" : "do"} not exist in ${name}`,
          evidence: [["role", role.arn]],
          remedy: { kind: "advice", text: "Remove the ServiceAccount from the trust policy, or create it" },
          namespaces: [...new Set(missing.map(({ ref }) => ref.namespace))],
          about: arn,
        };
      }
    }
  },
};
