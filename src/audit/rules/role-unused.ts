import { roleRef } from "../../model/arn.ts";
import { isAssumable, whoText } from "../is-assumable.ts";
import type { Rule } from "../rule.ts";
import { aboutRole } from "../subjects.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** A role that nobody uses. */
export const roleUnused: Rule = {
  code: "role-unused",
  title: "a role that pods can become has not been used for long",
  severity: "low",
  why: `Rights that nobody uses are rights that only an attacker uses.`,
  finds: `Roles that ServiceAccounts of the clusters can become, older than the given days (\`--unused-days\`, 90) and without any request in them. IAM looks back 400 days, and its news is up to four hours old.`,
  remedies: `Take the role away, or its trust in the cluster.`,
  sources: [
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage_delete.html#roles-delete_prerequisites",
  ],
  *find({ inventory, access, details, unusedDays }) {
    const before = inventory.now.getTime() - unusedDays * DAY_MS;
    for (const one of access.roles) {
      const { role } = one;
      const found = details.get(role.arn);
      if (found === undefined || !isAssumable(one)) continue;
      // Of a role whose age is unknown it can't be said that it had the time to be used.
      const since = found.lastUsed ?? role.createdAt;
      if (since === undefined || Date.parse(since) >= before) continue;
      yield {
        subject: aboutRole(role.arn),
        message:
          found.lastUsed === undefined
            ? `${roleRef(role.arn).name} has never been used, as far as IAM looks back`
            : `${roleRef(role.arn).name} was last used on ${found.lastUsed.slice(0, 10)}`,
        evidence: [
          ...(role.createdAt === undefined ? [] : [["made", role.createdAt.slice(0, 10)] as const]),
          ["reached by", whoText(one)],
        ],
        remedy: { kind: "advice", text: "Take the role away, or its trust in the cluster" },
      };
    }
  },
};
