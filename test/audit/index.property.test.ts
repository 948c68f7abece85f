import * as fc from "fast-check";
import { expect, it } from "vitest";
import { accessIndexOf } from "../../src/audit/access-index.ts";
import { accessPathsOf } from "../../src/audit/access-paths.ts";
import { rolesOf } from "../../src/audit/roles-of.ts";
import { ownRole } from "../fakes/values.ts";
import { roleIdOf } from "../fakes/role-id.ts";
import { trustProbeOf, tokenRequestsOf } from "../../src/audit/trust-probe.ts";
import { candidatesOf } from "../../src/audit/candidates.ts";
import { judge } from "../../src/audit/judge.ts";
import { serviceAccountsAlike, tokenAccess } from "../../src/audit/token-access.ts";
import { known, valueOf } from "../../src/model/known.ts";
import type { PolicyDocument, Statement } from "../../src/model/trust-policy/document.ts";
import { readTrust } from "../../src/model/trust-policy/read.ts";
import { audited, provider, serviceAccount, AUD, CLUSTER, PROVIDER, SUB } from "./build.ts";

const namespace = fc.constantFrom("shop", "shop-x", "pay", "kube-system");
const name = fc.constantFrom("cart", "default", "cart-2", "a.b");
const serviceAccounts = fc
  .uniqueArray(fc.tuple(namespace, name), { selector: (pair) => pair.join("/"), minLength: 4, maxLength: 16 })
  .chain((pairs) =>
    fc
      .array(fc.constantFrom(undefined, "other", "", "system:serviceaccount:shop:cart"), {
        minLength: pairs.length,
        maxLength: pairs.length,
      })
      .map((audiences) =>
        pairs.map((pair, at) => {
          const audience = audiences[at];
          return serviceAccount(pair.join("/"), audience === undefined ? {} : { audience });
        }),
      ),
  );

const subject = fc.oneof(
  fc.tuple(namespace, name).map(([ns, sa]) => `system:serviceaccount:${ns}:${sa}`),
  fc.constantFrom(
    "*",
    "system:serviceaccount:*",
    "system:serviceaccount:shop*:cart",
    "system:serviceaccount:shop:?art",
    "SYSTEM:serviceaccount:shop:cart",
    "system:serviceaccount:[a-z]*:cart",
    "${" + SUB + "}",
    "system:serviceaccount:${aws:SourceVpc}:cart",
    "system:serviceaccount:shop:car${?}",
    "system:serviceaccount:${aws:username, 'shop'}:cart",
    "system:serviceaccount:${aws:username, 'shop'}:*",
    "",
  ),
);
const operator = fc
  .tuple(
    fc.constantFrom("", "ForAnyValue:", "ForAllValues:"),
    fc.constantFrom(
      "StringEquals",
      "StringNotEquals",
      "StringEqualsIgnoreCase",
      "StringNotEqualsIgnoreCase",
      "StringLike",
      "StringNotLike",
      "ArnLike",
      "Bool",
      "Null",
      "NumericEquals",
      "BinaryEquals",
    ),
    fc.constantFrom("", "IfExists"),
  )
  .map((parts) => parts.join(""));
const values = fc.oneof(
  subject,
  fc.array(subject, { maxLength: 3 }),
  fc.constantFrom("sts.amazonaws.com", "true", "12"),
);
const key = fc.constantFrom(SUB, SUB.toUpperCase(), AUD, "aws:SourceVpc", "aws:username");
const wild = fc.dictionary(operator, fc.dictionary(key, values, { minKeys: 1, maxKeys: 2 }), { maxKeys: 2 });
/** One condition that says something of the subject: most policies are such. */
const usual = fc
  .tuple(
    fc.constantFrom("StringEquals", "StringLike", "StringEqualsIgnoreCase", "StringNotLike"),
    fc.constantFrom(SUB, SUB, AUD),
    subject,
  )
  .map(([operator, key, value]) => ({ [operator]: { [key]: value } }));
const condition = fc.oneof(wild, { arbitrary: usual, weight: 3 });
const statement: fc.Arbitrary<Statement> = fc.record(
  {
    Effect: fc.constantFrom("Allow", "Allow", "Allow", "Deny"),
    Principal: fc.constantFrom(
      "*" as const,
      { Federated: PROVIDER },
      { Federated: PROVIDER },
      { Federated: `${PROVIDER}0` },
    ),
    Action: fc.constantFrom("sts:AssumeRoleWithWebIdentity", "sts:*"),
    Condition: condition,
  },
  { requiredKeys: ["Effect", "Principal", "Action"] },
);
const document: fc.Arbitrary<PolicyDocument> = fc.record({
  Version: fc.constantFrom("2012-10-17", "2008-10-17"),
  Statement: fc.array(statement, { minLength: 1, maxLength: 3 }),
});

it("the index finds whom judging every ServiceAccount finds, and no one else", () => {
  fc.assert(
    fc.property(serviceAccounts, document, (serviceAccounts, document) => {
      const trust = readTrust(document);
      const candidates = candidatesOf(known(serviceAccounts));
      const reach = tokenAccess(trustProbeOf(trust, CLUSTER), candidates);
      const found = [
        ...reach.named
          .filter(({ candidate }) => valueOf(candidate.exists) === true)
          .map(({ candidate, judgement }) => ({ subject: candidate.subject, judgement })),
        ...reach.alike.flatMap((group) =>
          serviceAccountsAlike(group).map(({ subject }) => ({ subject, judgement: group.judgement })),
        ),
      ];
      const all = [...candidates.byAudience.values()].flat();
      const brute = all.flatMap(({ subject, audience }) => {
        const judgement = judge(trust, tokenRequestsOf(CLUSTER)(subject, audience));
        return judgement === undefined ? [] : [{ subject, judgement }];
      });
      expect(found.toSorted(bySubject)).toEqual(brute.toSorted(bySubject));
    }),
    { numRuns: 2000 },
  );
});

it("by another audience, the index finds whom the provider's audiences allow, and no one whom their own allows", () => {
  const accepted = ["sts.amazonaws.com", "other", "system:serviceaccount:shop:cart"];
  const audiences = fc
    .subarray(accepted)
    .map((clientIds) => audited({ provider: provider(CLUSTER, { clientIds }) }));
  fc.assert(
    fc.property(serviceAccounts, document, audiences, (found, document, world) => {
      const trust = readTrust(document);
      const candidates = candidatesOf(known(found));
      const cluster = { ...world, serviceAccounts: known(found) };
      const role = { arn: ownRole("r"), id: roleIdOf(ownRole("r")), trust: document };
      const [access] = accessIndexOf({ roles: known([role]), clusters: [cluster] }, []).roles;
      const rows = (access === undefined ? [] : accessPathsOf(access))
        .filter(({ candidate }) => valueOf(candidate.exists) === true)
        .map(({ candidate, audience = "" }) => [candidate.subject, audience]);
      const clientIds = valueOf(cluster.provider)?.clientIds ?? [];
      const brute = [...candidates.byAudience.values()].flat().flatMap(({ subject, audience }) => {
        const order = [audience, ...clientIds.toSorted()].filter((one) => clientIds.includes(one));
        const taken = order.find((one) => judge(trust, tokenRequestsOf(CLUSTER)(subject, one)) !== undefined);
        return taken === undefined ? [] : [[subject, taken]];
      });
      expect(rows.toSorted(byText)).toEqual(brute.toSorted(byText));
      for (const candidate of [...candidates.byAudience.values()].flat()) {
        const own = rolesOf(candidate, { roles: known([role]), clusters: [cluster] }, () => undefined).paths;
        expect(own.map(({ audience = "" }) => [candidate.subject, audience])).toEqual(
          brute.filter(([subject]) => subject === candidate.subject),
        );
      }
    }),
    { numRuns: 300 },
  );
});

function bySubject(one: { readonly subject: string }, other: { readonly subject: string }): number {
  return one.subject < other.subject ? -1 : 1;
}

function byText(one: readonly string[], other: readonly string[]): number {
  return String(one).localeCompare(String(other));
}
