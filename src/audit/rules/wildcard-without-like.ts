import { roleRef } from "../../model/arn.ts";
import { hostPath } from "../../model/issuer.ts";
import type { TrustStatement } from "../../model/trust-policy/read.ts";
import type { Rule } from "../rule.ts";
import { aboutRole } from "../subjects.ts";

/** A wildcard without effect. */
export const wildcardWithoutLike: Rule = {
  code: "wildcard-without-like",
  title: "a condition uses a wildcard with StringEquals, which compares it literally",
  severity: "medium",
  why: `The value does not match any ServiceAccount, although it looks as if it did.`,
  finds: `Values of the issuer's \`sub\` or \`aud\` with \`*\` or \`?\` and an operator that compares strings exactly, in Allow statements.`,
  remedies: `List the ServiceAccounts by name, or use \`StringLike\` if you want to allow all that match.`,
  sources: [
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html",
  ],
  *find({ access }) {
    const keys = access.clusters.map(({ audited: { cluster } }) =>
      `${hostPath(cluster.issuer)}:`.toLowerCase(),
    );
    for (const { role, trust } of access.roles) {
      for (const { index, value, operator } of valuesIn(trust, keys)) {
        yield {
          subject: aboutRole(role.arn),
          message: `${roleRef(role.arn).name} compares with '${value}' using ${operator}, which takes * and ? literally`,
          evidence: [["statement", `${index + 1}`]],
          remedy: {
            kind: "advice",
            text: `List the ServiceAccounts by name, or use ${operator.replace(/Equals(IgnoreCase)?/, "Like")}`,
          },
          about: `${index} ${value}`,
        };
      }
    }
  },
};

function valuesIn(trust: readonly TrustStatement[], keys: readonly string[]) {
  return trust
    .filter(({ effect }) => effect === "Allow")
    .flatMap(({ index, conditions }) =>
      conditions
        .filter(
          ({ operator, key }) =>
            isEquals(operator.name) && keys.some((one) => key.toLowerCase().startsWith(one)),
        )
        .flatMap(({ operator, expected }) =>
          expected
            .filter((value) => /[*?]/.test(value))
            .map((value) => ({ index, value, operator: operator.name })),
        ),
    );
}

function isEquals(operator: string): boolean {
  return /StringEquals/.test(operator);
}
