import { roleRef } from "../../model/arn.ts";
import { hostPath } from "../../model/issuer.ts";
import type { TrustStatement } from "../../model/trust-policy/read.ts";
import type { Rule } from "../rule.ts";
import { aboutRole } from "../subjects.ts";

/** A wildcard that is none. */
export const wildcardWithoutLike: Rule = {
  code: "wildcard-without-like",
  title: "a wildcard stands under StringEquals, where it is an ordinary character",
  severity: "medium",
  why: `The statement lets in nobody by this value, though it looks as if it did.`,
  finds: `Values of the issuer's \`sub\` or \`aud\` with \`*\` or \`?\` under an operator that compares whole strings, in Allow statements.`,
  remedies: `Name the ServiceAccounts; or use \`StringLike\`, if all that match are meant.`,
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
          message: `${roleRef(role.arn).name} compares with '${value}' by ${operator}, where * and ? are ordinary characters`,
          evidence: [["statement", `${index + 1}`]],
          remedy: {
            kind: "advice",
            text: `Name the ServiceAccounts, or use ${operator.replace(/Equals(IgnoreCase)?/, "Like")}`,
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
