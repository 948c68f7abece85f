import type { PolicyDocument, Statement } from "../model/trust-policy/document.ts";
import { listOf } from "../model/trust-policy/document.ts";
import type { Grant } from "../model/trust-policy/grant.ts";
import { neighboursIn } from "../model/trust-policy/judge.ts";

/** Who else a trust policy lets in beside the grant's account, as words for a person; empty if nobody. */
export function othersIn(trust: PolicyDocument, grant: Grant): readonly string[] {
  const named = listOf(trust.Statement)
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap((statement) => othersOf(statement, grant));
  const near = named.length > 0 ? [] : neighboursIn(trust, grant).map(accountOf);
  return [...new Set([...named, ...near])];
}

function othersOf(statement: Statement, grant: Grant): string[] {
  const { Principal: principal } = statement;
  if (typeof principal !== "object" || principal === null) return ["anyone"];
  return Object.entries(principal).flatMap(([kind, values]) =>
    listOf(values).flatMap((value) => {
      if (kind !== "Federated") return [value];
      return value === grant.providerArn ? otherSubjects(statement, grant) : [`tokens of ${issuerIn(value)}`];
    }),
  );
}

function otherSubjects({ Condition: condition = {} }: Statement, grant: Grant): string[] {
  const key = `${grant.issuerHostPath}:sub`.toLowerCase();
  const subjects = Object.values(condition)
    .flatMap((keys) => Object.entries(keys))
    .filter(([name]) => name.toLowerCase() === key)
    .flatMap(([, values]) => listOf(values).map(String));
  if (subjects.length === 0) return ["every ServiceAccount of the cluster"];
  return subjects.filter((subject) => subject !== grant.subject).map(accountOf);
}

/** `shop/cart` of `system:serviceaccount:shop:cart`; patterns too. */
function accountOf(subject: string): string {
  return subject.replace(/^system:serviceaccount:([^:]*):/, "$1/");
}

function issuerIn(provider: string): string {
  return provider.replace(/^.*:oidc-provider\//, "");
}
