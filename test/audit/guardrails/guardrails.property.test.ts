import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { guardrailsOf, isDenied } from "../../../src/audit/guardrails/guardrails.ts";
import type { ProviderArn, RoleArn } from "../../../src/model/arn.ts";
import { GUARDRAIL_LIMITS, type SubjectLevel } from "../../../src/model/guardrails.ts";
import type { IssuerHostPath } from "../../../src/model/issuer.ts";
import type { PolicyDocument } from "../../../src/model/trust-policy/document.ts";
import { evaluateTrust } from "../../../src/model/trust-policy/evaluate.ts";
import { webIdentityRequest, type TrustRequest } from "../../../src/model/trust-policy/request.ts";

const ACCOUNT = "111122223333";
const issuerOf = (at: number) => `oidc.eks.eu-west-1.amazonaws.com/id/${String(at).padStart(32, "A")}`;
const arnOf = (issuer: string) => `arn:aws:iam::${ACCOUNT}:oidc-provider/${issuer}` as ProviderArn;
const NAMES = ["cart", "till", "web"];
const NAMESPACES = ["shop", "bank", "kube-system"];

interface Pin {
  readonly issuer: number;
  readonly namespace: string;
  readonly name: string;
}

const pin = (issuers: number): fc.Arbitrary<Pin> =>
  fc.record({
    issuer: fc.integer({ min: 0, max: issuers - 1 }),
    namespace: fc.constantFrom(...NAMESPACES),
    name: fc.constantFrom(...NAMES),
  });

const subjectOf = ({ namespace, name }: Pick<Pin, "namespace" | "name">) =>
  `system:serviceaccount:${namespace}:${name}`;

/** A role that trusts one ServiceAccount exactly, or all of a namespace or of the cluster. */
function trustOf({ issuer, ...names }: Pin, how: "exact" | "namespace" | "everyone"): PolicyDocument {
  const key = issuerOf(issuer);
  const pattern = subjectOf({ namespace: names.namespace, name: "*" });
  return {
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Action: "sts:AssumeRoleWithWebIdentity",
      Principal: { Federated: arnOf(key) },
      Condition: {
        StringEquals: {
          [`${key}:aud`]: "sts.amazonaws.com",
          ...(how === "exact" && { [`${key}:sub`]: subjectOf(names) }),
        },
        ...(how === "namespace" && { StringLike: { [`${key}:sub`]: pattern } }),
      },
    },
  };
}

function tokenOf(issuer: number, subject: string): TrustRequest {
  const issuerHostPath = issuerOf(issuer);
  return webIdentityRequest({
    providerArn: arnOf(issuerHostPath),
    issuerHostPath,
    subject,
    audience: "sts.amazonaws.com",
  });
}

/** Of 12 issuers these many are known; the others may have trust policies too. */
const ISSUERS = 12;

const fleet = fc.record({
  known: fc.integer({ min: 1, max: ISSUERS - 2 }),
  roles: fc.array(
    fc.tuple(pin(ISSUERS), fc.constantFrom("exact" as const, "namespace" as const, "everyone" as const)),
    { minLength: 1, maxLength: 40 },
  ),
});

/** A token: of the ServiceAccount of one of the fleet's roles, of any, or of something else. */
const caller = fc.oneof(
  { weight: 2, arbitrary: fc.record({ ofRole: fc.nat() }) },
  pin(ISSUERS).map((one) => ({ issuer: one.issuer, subject: subjectOf(one) })),
  fc.record({
    issuer: fc.integer({ min: 0, max: ISSUERS - 1 }),
    subject: fc.constantFrom("system:serviceaccount:new:cart", "system:node:a", "", "repo:a/b:ref:main"),
  }),
);

type Sampled = typeof caller extends fc.Arbitrary<infer One> ? One : never;

function tokenClaims(sampled: Sampled, roles: readonly (readonly [Pin, unknown])[]) {
  if (!("ofRole" in sampled)) return sampled;
  const [one] = roles[sampled.ofRole % roles.length] ?? [];
  return { issuer: one?.issuer ?? 0, subject: one === undefined ? "" : subjectOf(one) };
}

interface Fleet {
  readonly known: number;
  readonly roles: readonly (readonly [Pin, Parameters<typeof trustOf>[1]])[];
}

const inputOf = ({ known, roles }: Fleet) => ({
  awsAccount: ACCOUNT,
  partition: "aws",
  issuers: Array.from({ length: known }, (_, at) => issuerOf(at) as IssuerHostPath),
  roles: roles.map(([one, how], at) => ({
    arn: `arn:aws:iam::${ACCOUNT}:role/r${at}` as RoleArn,
    id: String(at),
    trust: trustOf(one, how),
  })),
  providers: Array.from({ length: ISSUERS }, (_, at) => arnOf(issuerOf(at))),
});

/** 200 fleets of up to 40 roles, and 50 callers for each: 10,000 callers. */
const SAMPLES = { numRuns: 200 };
const CALLERS = { minLength: 50, maxLength: 50 };

/** What the documentation promises of a subject of a known issuer, told without the policies. */
function isKept(
  { issuer, subject }: { readonly issuer: number; readonly subject: string },
  { known, roles }: Fleet,
  level: SubjectLevel,
): boolean {
  const own = roles.filter(([one]) => one.issuer === issuer && issuer < known);
  const [, , namespace] = subject.split(":");
  const isServiceAccount = subject.startsWith("system:serviceaccount:");
  return own.some(([one, how]) => {
    if (level === "pinned") return how === "exact" && subjectOf(one) === subject;
    if (level === "namespaces") return how !== "everyone" && isServiceAccount && one.namespace === namespace;
    return how !== "everyone" && isServiceAccount;
  });
}

describe("guardrails against sampled callers", () => {
  it.each(["pinned", "namespaces", "any"] as const)(
    "at %s: subjects of known issuers pass as before if they are kept, and no other issuer's do",
    (level: SubjectLevel) => {
      const tried = new Map<boolean, number>();
      fc.assert(
        fc.property(fleet, fc.array(caller, CALLERS), (made, callers) => {
          const { policies } = guardrailsOf({ ...inputOf(made), level });
          for (const claims of callers.map((one) => tokenClaims(one, made.roles))) {
            const isStopped = isDenied(policies, tokenOf(claims.issuer, claims.subject));
            expect(isStopped).toBe(!isKept(claims, made, level));
            tried.set(isStopped, (tried.get(isStopped) ?? 0) + 1);
          }
        }),
        SAMPLES,
      );
      // Neither of the two may be tried by hardly any caller.
      expect(Math.min(...tried.values())).toBeGreaterThan(500);
      expect([...tried.values()].reduce((sum, one) => sum + one)).toBe(10_000);
    },
  );

  it("lists every role that a caller can assume now and could not with the policies", () => {
    fc.assert(
      fc.property(fleet, fc.array(caller, CALLERS), (made, callers) => {
        const input = inputOf(made);
        const { policies, losing } = guardrailsOf({ ...input, level: "pinned" });
        const listed = new Set(losing.map(({ role, issuer }) => `${role} ${issuer}`));
        const lost = callers.flatMap((one) => {
          const claims = tokenClaims(one, made.roles);
          const token = tokenOf(claims.issuer, claims.subject);
          return input.roles
            .filter(
              ({ trust }) => evaluateTrust(trust, token).verdict === "allow" && isDenied(policies, token),
            )
            .map(({ arn }) => `${arn} ${issuerOf(claims.issuer)}`);
        });
        expect(lost.filter((one) => !listed.has(one))).toEqual([]);
        const innocent = made.roles.every(([one, how]) => how === "exact" && one.issuer < made.known);
        expect(losing.length === 0).toBe(innocent);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    [1, 40],
    [4, 30],
    [32, 1],
    [38, 1],
  ])("fits for %i issuers with %i subjects, and nobody loses access", (known, each) => {
    const { policies, losing } = guardrailsOf(largeFleet(known, each));
    for (const { type, size, document } of policies) {
      expect(size).toBe(JSON.stringify(document).length);
      expect(size).toBeLessThanOrEqual(GUARDRAIL_LIMITS[type].characters);
    }
    expect(policies.length).toBeLessThanOrEqual(5);
    expect(losing).toEqual([]);
  });

  it.each([
    ["subjects of one issuer", 1, 100],
    ["issuers of an RCP", 70, 1],
    ["policies of a root, OU or AWS account", 50, 8],
  ])("is refused with figures for too many %s", (_, known, each) => {
    expect(() => guardrailsOf(largeFleet(known, each))).toThrow(
      expect.objectContaining({
        code: "guardrails-too-large",
        detail: expect.objectContaining({
          facts: expect.arrayContaining([
            ["size", expect.stringMatching(/^\d+ characters in \d+ statements?$/)],
            ["limits", expect.stringContaining("5120 characters in a policy, 4 policies")],
          ]) as unknown,
        }) as unknown,
      }),
    );
  });
});

/** So many issuers, each with so many roles that pin a subject. */
function largeFleet(known: number, each: number): Parameters<typeof guardrailsOf>[0] {
  const pins = Array.from({ length: known * each }, (_, at) => ({
    issuer: at % known,
    namespace: `namespace-${at}`,
    name: `service-account-${at}`,
  }));
  return {
    ...inputOf({ known, roles: pins.map((one) => [one, "exact"]) }),
    providers: [],
    level: "pinned",
  };
}
