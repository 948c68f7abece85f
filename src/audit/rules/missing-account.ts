import { roleRef } from "../../model/arn.ts";
import { serviceAccountPath } from "../../model/service-account-ref.ts";
import type { Rule } from "../rule.ts";
import { aboutRole } from "../subjects.ts";
import { listText } from "../texts.ts";

/** A role that waits for a ServiceAccount which is not there. */
export const missingServiceAccount: Rule = {
  code: "missing-account",
  title: "a role trusts a ServiceAccount that does not exist",
  severity: "low",
  why: `Whoever may make the ServiceAccount, or its namespace, gets the role: nobody notices, since nobody uses the name.`,
  finds: `Accounts that a trust policy names and really would let in, and that the cluster does not have; only where its ServiceAccounts could be read.`,
  remedies: `Take the ServiceAccount out of the trust policy.`,
  sources: ["https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html"],
  *find({ access }) {
    for (const { role, byCluster } of access.roles) {
      for (const { cluster, token } of byCluster) {
        const missing = token.named
          .map(({ candidate }) => candidate)
          .filter(({ exists }) => exists === false);
        if (missing.length === 0) continue;
        const { name, arn } = cluster.audited.cluster;
        yield {
          subject: aboutRole(role.arn),
          message: `${roleRef(role.arn).name} lets in ${listText(missing.map(({ ref }) => serviceAccountPath(ref)))}, which ${name} does not have`,
          evidence: [["role", role.arn]],
          remedy: { kind: "advice", text: "Take the ServiceAccount out of the trust policy, or make it" },
          namespaces: [...new Set(missing.map(({ ref }) => ref.namespace))],
          about: arn,
        };
      }
    }
  },
};
