import { roleRef } from "../../model/arn.ts";
import type { TrustStatement } from "../../model/trust-policy/read.ts";
import { issuerOf } from "../../model/trust-policy/request.ts";
import { providersIn } from "../../model/trust-policy/providers-in.ts";
import type { Rule } from "../rule.ts";
import { aboutRole } from "../subjects.ts";

/** Conditions on claims of a different issuer. */
export const foreignKeys: Rule = {
  code: "foreign-keys",
  title: "a statement trusts one OIDC provider but has conditions on another issuer's claims",
  severity: "medium",
  why: `A token only has the condition keys of its own issuer. A condition on another issuer's key is never met (no one is allowed), or with a negated operator always met (everyone is allowed).`,
  finds: `Allow statements with an OIDC provider as principal and a condition on \`ISSUER:sub\` or \`ISSUER:aud\` of an issuer that is not a principal of the statement. Also condition keys that start with \`https://\`.`,
  remedies: `Use condition keys with the issuer of the trusted OIDC provider, without \`https://\`.`,
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
          message: `${roleRef(role.arn).name} has conditions on claims of an issuer that it does not trust`,
          evidence: [
            ["statement", `${statement.index + 1}`],
            ["trusts", issuers.join(", ")],
            ["condition keys", foreign.join(", ")],
          ],
          remedy: {
            kind: "advice",
            text: `Use the condition keys ${issuers[0] ?? ""}:sub and ${issuers[0] ?? ""}:aud`,
          },
          about: `${statement.index}`,
        };
      }
    }
  },
};

/** Its condition keys that are claims of an issuer, in lower case. */
function keysIn({ conditions }: TrustStatement): string[] {
  const keys = conditions.map(({ key }) => key.toLowerCase());
  return [...new Set(keys.filter((key) => /[./].*:(sub|aud)$/.test(key)))].toSorted();
}
