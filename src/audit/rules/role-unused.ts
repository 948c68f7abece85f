import { roleRef } from "../../model/arn.ts";
import { isAssumable, whoText } from "../is-assumable.ts";
import type { Rule } from "../rule.ts";
import { aboutRole } from "../subjects.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** An unused role. */
export const roleUnused: Rule = {
  code: "role-unused",
  title: "a role that pods can assume has not been used for a long time",
  severity: "low",
  why: `Unused permissions are only useful to an attacker.`,
  finds: `Roles that ServiceAccounts in the clusters can assume, that are older than \`--unused-days\` (90 by default) and had no activity in that period. IAM tracks activity for 400 days, with a delay of up to four hours.`,
  remedies: `Delete the role, or remove the cluster from its trust policy.`,
  sources: [
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage_delete.html#roles-delete_prerequisites",
  ],
  *find({ inventory, access, details, unusedDays }) {
    const before = inventory.now.getTime() - unusedDays * DAY_MS;
    for (const one of access.roles) {
      const { role } = one;
      const found = details.get(role.arn);
      if (found === undefined || !isAssumable(one)) continue;
      // A role of unknown age may be too new to have been used.
      const since = found.lastUsed ?? role.createdAt;
      if (since === undefined || Date.parse(since) >= before) continue;
      yield {
        subject: aboutRole(role.arn),
        message:
          found.lastUsed === undefined
            ? `${roleRef(role.arn).name} has not been used within IAM's tracking period`
            : `${roleRef(role.arn).name} was last used on ${found.lastUsed.slice(0, 10)}`,
        evidence: [
          ...(role.createdAt === undefined ? [] : [["created", role.createdAt.slice(0, 10)] as const]),
          ["assumed by", whoText(one)],
        ],
        remedy: { kind: "advice", text: "Delete the role, or remove the cluster from its trust policy" },
      };
    }
  },
};
