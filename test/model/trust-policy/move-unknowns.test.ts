import { describe, expect, it } from "vitest";
import type { ConditionBlock, Statement } from "../../../src/model/trust-policy/document.ts";
import { judgeMove, type MoveFault } from "../../../src/model/trust-policy/judge-move.ts";
import { callersOf, circumstancesOf } from "../../../src/model/trust-policy/move-callers.ts";
import type { MoveWay } from "../../../src/model/trust-policy/move-issuer.ts";
import { readTrust } from "../../../src/model/trust-policy/read.ts";
import { Steps } from "../../../src/model/trust-policy/steps.ts";
import { allow, deny, ISSUER, OTHER_ISSUER, OTHER_PROVIDER, policy, PROVIDER } from "./fixtures.ts";

const CART = "system:serviceaccount:shop:cart";
const TILL = "system:serviceaccount:shop:till";
const MOVE = {
  from: { providerArn: PROVIDER, issuerHostPath: ISSUER },
  to: { providerArn: OTHER_PROVIDER, issuerHostPath: OTHER_ISSUER },
};
const THIRD = "oidc.example.com/third";
const THIRD_PROVIDER = PROVIDER.replace(ISSUER, THIRD);

const byOld = (sub: string, condition: ConditionBlock = {}): Statement =>
  allow({ StringEquals: { [`${ISSUER}:sub`]: sub }, ...condition });
const byNew = (sub: string, condition: ConditionBlock = {}): Statement =>
  allow(
    { StringEquals: { [`${OTHER_ISSUER}:sub`]: sub }, ...condition },
    { Principal: { Federated: OTHER_PROVIDER } },
  );
const byThird = (condition: ConditionBlock = {}): Statement =>
  allow(condition, { Principal: { Federated: THIRD_PROVIDER } });

const IN_VPC = { StringLike: { "aws:SourceVpc": "vpc-1" } };
const BY_ENDPOINT = { StringLike: { "aws:SourceVpce": "vpce-1" } };
/** Met by the endpoint `z` alone, which no circumstance tries: of each condition they try the first value. */
const UNTRIED = {
  StringLike: { "aws:SourceVpce": ["y", "z"] },
  StringNotLike: { "aws:SourceVpce": "y" },
};

type Row = readonly [
  name: string,
  before: readonly Statement[],
  after: readonly Statement[],
  way: MoveWay,
  fault: Partial<MoveFault> | undefined,
];

describe("a moved trust policy whose outcome depends on what nobody can know", () => {
  it.each<Row>([
    [
      "accepts the new issuer's tokens under what either issuer's depended on",
      [byOld(CART, IN_VPC), byNew(CART, BY_ENDPOINT)],
      [byNew(CART, IN_VPC), byNew(CART, BY_ENDPOINT)],
      "replace",
      undefined,
    ],
    [
      "accepts the new issuer's tokens without what both issuers' depended on",
      [byOld(CART, IN_VPC), byNew(CART, IN_VPC)],
      [byNew(CART)],
      "replace",
      { code: "lets-in", issuer: "new", subject: CART },
    ],
    [
      "accepts the new issuer's tokens under another condition than the old one's depended on",
      [byOld(CART, IN_VPC)],
      [byNew(CART, IN_VPC), byNew(CART, UNTRIED)],
      "replace",
      { code: "lets-in", issuer: "new", subject: CART },
    ],
    [
      "accepts the new issuer's tokens under another condition than its own depended on",
      [byOld(TILL), byNew(CART, IN_VPC)],
      [byNew(TILL), byNew(CART, IN_VPC), byNew(CART, UNTRIED)],
      "replace",
      { code: "lets-in", issuer: "new", subject: CART },
    ],
    [
      "accepts under a condition the new issuer's tokens that neither issuer's were accepted for",
      [byOld(CART)],
      [byNew(CART), byNew(TILL, UNTRIED)],
      "replace",
      { code: "lets-in", issuer: "new", subject: TILL },
    ],
    [
      "accepts under a condition the new issuer's tokens where the old one's were accepted without",
      [byOld(CART)],
      [byNew(CART, IN_VPC)],
      "replace",
      { code: "shuts-out", issuer: "new", subject: CART },
    ],
    [
      "accepts the old issuer's tokens under another condition than before",
      [byOld(CART, IN_VPC)],
      [byOld(CART, IN_VPC), byOld(CART, UNTRIED), byNew(CART, IN_VPC)],
      "beside",
      { code: "lets-in", issuer: "old", subject: CART },
    ],
    [
      "accepts a third issuer's tokens under another condition than before",
      [byOld(CART), byThird(IN_VPC)],
      [byNew(CART), byThird(IN_VPC), byThird(UNTRIED)],
      "replace",
      { code: "lets-in", issuer: "other" },
    ],
    [
      "accepts the old issuer's tokens no longer, whatever they depended on",
      [byOld(CART, IN_VPC)],
      [byNew(CART, IN_VPC)],
      "replace",
      undefined,
    ],
    [
      "accepts the same under different values of the same key",
      [byOld(CART, IN_VPC)],
      [byNew(CART, { StringLike: { "aws:SourceVpc": "vpc-2" } })],
      "replace",
      { issuer: "new", subject: CART },
    ],
  ])("%s", (_name, before, after, way, fault) =>
    expect([judgeMove(policy(...before), policy(...after), MOVE, way)]).toMatchObject([fault]),
  );
});

describe("a statement of several issuers", () => {
  it.each<Row>([
    [
      "that accepts the new issuer's tokens besides another's",
      [byOld(CART), byThird()],
      [byNew(CART), allow({}, { Principal: { Federated: [THIRD_PROVIDER, OTHER_PROVIDER] } })],
      "replace",
      { code: "lets-in", issuer: "new" },
    ],
    [
      "that leaves the new issuer's tokens out besides another's",
      [byOld(CART)],
      [byNew(CART), { Effect: "Deny", NotPrincipal: { Federated: [THIRD_PROVIDER] }, Action: "*" }],
      "replace",
      { code: "shuts-out", issuer: "new" },
    ],
    [
      "whose actions are a token's among others",
      [byOld(CART)],
      [byNew(CART), { ...byNew(TILL), Action: ["sts:TagSession", "sts:AssumeRoleWithWebIdentity"] }],
      "replace",
      { code: "lets-in", issuer: "new", subject: TILL },
    ],
  ])("%s", (_name, before, after, way, fault) =>
    expect([judgeMove(policy(...before), policy(...after), MOVE, way)]).toMatchObject([fault]),
  );
});

describe("the steps of a judgement", () => {
  class Counted extends Steps {
    spent = 0;

    override spend(steps: number): void {
      this.spent += steps;
    }
  }

  function cost(before: readonly Statement[], after: readonly Statement[]): number {
    const steps = new Counted();
    judgeMove(policy(...before), policy(...after), MOVE, "replace", steps);
    return steps.spent;
  }

  const [before, after] = [[byOld(CART)], [byNew(CART)]];
  const alone = cost(before, after);

  it("do not grow with each caller for statements that no token comes under", () => {
    const more = (statement: Statement): number => {
      const many = Array.from({ length: 50 }, () => statement);
      return cost([...before, ...many], [...after, ...many]) - alone;
    };
    expect(more({ ...byOld(CART), Action: "sts:TagSession" })).toBeLessThan(alone * 10);
    expect(more(byOld(CART))).toBeGreaterThan(alone * 20);
  });

  it("are not spent on circumstances that none of the tokens depends on", () => {
    const untouched = deny({ ...IN_VPC, StringEquals: { "aws:PrincipalType": "x" } });
    expect(cost([...before, untouched], [...after, untouched])).toBeLessThan(alone * 2);
  });

  it("are spent on each pair of a subject and an audience before the first is tried", () => {
    const many = (claim: string) =>
      Array.from({ length: 30 }, (_, at) => allow({ StringEquals: { [`x:${claim}`]: `s${at}-` } }));
    const spent = (...statements: readonly Statement[]): number => {
      const steps = new Counted();
      callersOf(readTrust(policy(...statements)), MOVE, steps);
      return steps.spent;
    };
    expect(spent(byOld(CART))).toBe((2 + 4) * 2);
    expect(spent(...many("sub"), ...many("aud"))).toBe((31 + 4 * 30) * (32 + 30));
  });
});

describe("the circumstances tried", () => {
  it("have an address for a range alone, not for a text that has one in it", () => {
    const tried = (value: string) =>
      circumstancesOf(
        readTrust(policy(allow({ StringLike: { "aws:SourceVpc": value } }))),
        { subject: "s", audience: "a" },
        new Steps(),
      )[1];
    expect(tried("x10.0.0.0/8")).toEqual({ "aws:sourcevpc": "x10.0.0.0/8" });
    expect(tried("10.0.0.0/8")).toEqual({ "aws:sourcevpc": "10.0.0.0" });
  });
});
