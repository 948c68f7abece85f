import { roleRef } from "../../model/arn.ts";
import { administratorReasons } from "../administrator-reasons.ts";
import { isAssumable, whoText, withoutLimited } from "../is-assumable.ts";
import { namedIn } from "../access-paths.ts";
import type { Rule } from "../rule.ts";
import { aboutRole } from "../subjects.ts";

/** Administrator access that pods can get. */
export const administrator: Rule = {
  code: "administrator",
  title: "pods can get administrator access",
  severity: "critical",
  why: `Anyone who can run code in such a pod, or create one, controls the AWS account.`,
  finds: `Roles that a ServiceAccount in the clusters can assume and that have an attached or inline policy that allows \`*\` or \`iam:*\` on all resources, in any notation. Deny statements and conditions of the policy are not evaluated. If the role has a permissions boundary, which may limit it, the severity is high. Pod Identity associations with a session policy that does not allow the same are left out.`,
  remedies: `Attach a policy that allows only what the workload needs.`,
  sources: ["https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege"],
  *find(audit) {
    const reasonsOf = administratorReasons(audit.policies);
    for (const any of audit.access.roles) {
      const one = withoutLimited(any);
      const { role } = one;
      const details = audit.details.get(role.arn);
      if (details === undefined || !isAssumable(one)) continue;
      const reasons = reasonsOf(details);
      if (reasons.length === 0) continue;
      const { boundary } = details;
      yield {
        subject: aboutRole(role.arn),
        severity: boundary === undefined ? "critical" : "high",
        message: `${roleRef(role.arn).name} has administrator access, and pods can assume it`,
        evidence: [
          ...reasons,
          ["assumed by", whoText(one)],
          ...(boundary === undefined ? [] : [["boundary", boundary] as const]),
        ],
        remedy: {
          kind: "advice",
          text: "Replace the policy with one that allows only what the workload needs",
        },
        namespaces: [
          ...new Set(one.byCluster.flatMap(namedIn).map(({ candidate }) => candidate.ref.namespace)),
        ],
      };
    }
  },
};
