import { roleRef } from "../../model/arn.ts";
import type { TrustStatement } from "../../model/trust-policy/read.ts";
import { issuerOf } from "../../model/trust-policy/request.ts";
import { providersIn } from "../../model/trust-policy/providers-in.ts";
import type { Rule } from "../rule.ts";
import { aboutRole } from "../subjects.ts";

/** One issuer's conditions on another's tokens. */
export const foreignKeys: Rule = {
  code: "foreign-keys",
  title: "a statement trusts one provider and asks for the claims of another",
  severity: "medium",
  why: `A token carries the keys of its own issuer alone. A condition on another's never holds (nobody gets in), or under a negated operator always (everybody does).`,
  finds: `Allow statements with an OIDC provider as principal and a condition on \`ISSUER:sub\` or \`ISSUER:aud\` of an issuer that is no principal of the statement; also keys with \`https://\` before the issuer.`,
  remedies: `Write the keys with the issuer of the provider that is trusted, without \`https://\`.`,
  sources: [
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif",
  ],
  *find({ access }) {
    for (const { role, trust } of access.roles) {
      for (const statement of trust) {
        const issuers = providersIn([statement]).map(issuerOf);
        const foreign = keysIn(statement).filter(
          (key) => !issuers.some((issuer) => key.startsWith(`${issuer.toLowerCase()}:`)),
        );
        if (issuers.length === 0 || foreign.length === 0) continue;
        yield {
          subject: aboutRole(role.arn),
          message: `${roleRef(role.arn).name} asks for claims of another issuer than the one it trusts`,
          evidence: [
            ["statement", `${statement.index + 1}`],
            ["trusts", issuers.join(", ")],
            ["asks for", foreign.join(", ")],
          ],
          remedy: {
            kind: "advice",
            text: `Write the keys as ${issuers[0] ?? ""}:sub and ${issuers[0] ?? ""}:aud`,
          },
          about: `${statement.index}`,
        };
      }
    }
  },
};

/** Its keys that are claims of some issuer, in lower case. */
function keysIn({ conditions }: TrustStatement): string[] {
  const keys = conditions.map(({ key }) => key.toLowerCase());
  return [...new Set(keys.filter((key) => /[./].*:(sub|aud)$/.test(key)))].toSorted();
}
