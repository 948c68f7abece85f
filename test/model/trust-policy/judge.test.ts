import { describe, expect, it } from "vitest";
import { strangersTo, withGrant } from "../../../src/model/trust-policy/grant.ts";
import { judgeGrant, neighborsIn } from "../../../src/model/trust-policy/judge.ts";
import { allow, AUD, AUDIENCE, deny, GRANT, ISSUER, policy, PROVIDER, SUB, SUBJECT } from "./fixtures.ts";

describe("judgeGrant", () => {
  it("has nothing against what we write, alone and beside foreign statements", () => {
    expect(judgeGrant(withGrant(undefined, GRANT), GRANT)).toEqual([]);
    const foreign = policy(allow(undefined, { Principal: "*" }), deny({ StringEquals: { [SUB]: "other" } }));
    expect(judgeGrant(withGrant(foreign, GRANT), GRANT)).toEqual([]);
  });

  it("takes a ServiceAccount, a namespace or an audience that is called 'other' for no stranger", () => {
    const grant = { ...GRANT, subject: "system:serviceaccount:other:other", audience: "other" };
    expect(judgeGrant(withGrant(undefined, grant), grant)).toEqual([]);
  });

  it("finds our statement missing and the ServiceAccount refused", () => {
    expect(judgeGrant(policy(), GRANT)).toEqual([{ code: "missing" }, { code: "refused", explicit: false }]);
    expect(judgeGrant(policy(allow()), GRANT)).toEqual([{ code: "missing" }]);
  });

  it("finds a foreign Deny that keeps the ServiceAccount out, or may", () => {
    expect(judgeGrant(withGrant(policy(deny()), GRANT), GRANT)).toEqual([
      { code: "refused", explicit: true },
    ]);
    const network = policy(deny({ StringNotEquals: { "aws:SourceVpc": "vpc-1" } }));
    expect(judgeGrant(withGrant(network, GRANT), GRANT)).toEqual([
      { code: "unproven", unknownKeys: ["aws:SourceVpc"] },
    ]);
  });

  it("finds a statement of our shape that allows any audience", () => {
    const open = policy(allow({ StringEquals: { [SUB]: SUBJECT, [AUD]: `\${${AUD}}` } }));
    const problems = judgeGrant(open, GRANT);
    expect(problems.length).toBeGreaterThan(0);
    for (const problem of problems) expect(problem).toMatchObject({ code: "too-wide", what: "audience" });
  });

  it("finds a statement of our shape that may allow any audience", () => {
    const open = policy(allow({ StringEquals: { [SUB]: SUBJECT, [AUD]: "${aws:userid}" } }));
    const codes = judgeGrant(open, GRANT).map(({ code }) => code);
    expect(new Set(codes)).toEqual(new Set(["unproven", "too-wide"]));
  });
});

describe("who is tried beside the ServiceAccount itself", () => {
  it("differs from it in one thing: by a character at either end, by one less, or altogether", () => {
    const subject = (namespace: string, name: string) => `system:serviceaccount:${namespace}:${name}`;
    const names = (name: string) => [`${name}0`, `0${name}`, name.slice(0, -1), "other"];
    expect(strangersTo(GRANT)).toEqual([
      ...names("shop").map((value) => ({
        what: "namespace",
        value,
        caller: { ...GRANT, subject: subject(value, "cart") },
      })),
      ...names("cart").map((value) => ({
        what: "service-account",
        value,
        caller: { ...GRANT, subject: subject("shop", value) },
      })),
      ...names(AUDIENCE).map((value) => ({ what: "audience", value, caller: { ...GRANT, audience: value } })),
      {
        what: "provider",
        value: `${PROVIDER}0`,
        caller: { ...GRANT, providerArn: `${PROVIDER}0`, issuerHostPath: `${ISSUER}0` },
      },
    ]);
  });

  it("is never the ServiceAccount itself", () => {
    const grant = { ...GRANT, subject: "system:serviceaccount:other:other", audience: "other" };
    const callers = strangersTo(grant).map(({ caller }) => caller);
    expect(callers).not.toContainEqual(grant);
    expect(callers).toContainEqual({ ...grant, audience: "another" });
  });
});

describe("neighborsIn", () => {
  const under = (operator: string, subject: string) =>
    neighborsIn(policy(allow({ [operator]: { [SUB]: subject } })), GRANT);
  const of = (...serviceAccounts: readonly string[]) =>
    serviceAccounts.map((serviceAccount) => `system:serviceaccount:${serviceAccount}`);

  it.each([
    ["nobody by a policy that pins the subject", "StringEquals", SUBJECT, []],
    [
      "every name of the namespace",
      "StringLike",
      "system:serviceaccount:shop:*",
      of("shop:cart0", "shop:0cart", "shop:car", "shop:other"),
    ],
    [
      "the name in every namespace",
      "StringLike",
      "*:cart",
      of("shop0:cart", "0shop:cart", "sho:cart", "other:cart"),
    ],
    ["what begins alike", "StringLike", "system:serviceaccount:shop:cart*", of("shop:cart0")],
    ["what ends alike", "StringLike", "system:serviceaccount:shop:*cart", of("shop:0cart")],
    [
      "everybody but the ServiceAccount",
      "StringNotEquals",
      SUBJECT,
      of(
        "shop0:cart",
        "0shop:cart",
        "sho:cart",
        "other:cart",
        "shop:cart0",
        "shop:0cart",
        "shop:car",
        "shop:other",
      ),
    ],
    [
      "whoever it may be",
      "StringEquals",
      "${aws:userid}",
      of(
        "shop0:cart",
        "0shop:cart",
        "sho:cart",
        "other:cart",
        "shop:cart0",
        "shop:0cart",
        "shop:car",
        "shop:other",
      ),
    ],
  ])("finds %s", (_name, operator, subject, expected) => {
    expect(under(operator, subject)).toEqual(expected);
  });
});
