import { describe, expect, it } from "vitest";
import { withGrant } from "../../../src/model/trust-policy/grant.ts";
import { judgeGrant } from "../../../src/model/trust-policy/judge.ts";
import { allow, AUD, deny, GRANT, policy, SUB, SUBJECT } from "./fixtures.ts";

describe("judgeGrant", () => {
  it("has nothing against what we write, alone and beside foreign statements", () => {
    expect(judgeGrant(withGrant(undefined, GRANT), GRANT)).toEqual([]);
    const foreign = policy(allow(undefined, { Principal: "*" }), deny({ StringEquals: { [SUB]: "other" } }));
    expect(judgeGrant(withGrant(foreign, GRANT), GRANT)).toEqual([]);
  });

  it("takes an account, a namespace or an audience that is called 'other' for no stranger", () => {
    const grant = { ...GRANT, subject: "system:serviceaccount:other:other", audience: "other" };
    expect(judgeGrant(withGrant(undefined, grant), grant)).toEqual([]);
  });

  it("finds our statement missing and the account refused", () => {
    expect(judgeGrant(policy(), GRANT)).toEqual([{ code: "missing" }, { code: "refused", explicit: false }]);
    expect(judgeGrant(policy(allow()), GRANT)).toEqual([{ code: "missing" }]);
  });

  it("finds a foreign Deny that keeps the account out, or may", () => {
    expect(judgeGrant(withGrant(policy(deny()), GRANT), GRANT)).toEqual([
      { code: "refused", explicit: true },
    ]);
    const network = policy(deny({ StringNotEquals: { "aws:SourceVpc": "vpc-1" } }));
    expect(judgeGrant(withGrant(network, GRANT), GRANT)).toEqual([
      { code: "unproven", unknownKeys: ["aws:SourceVpc"] },
    ]);
  });

  it("finds a statement of our shape that lets in any audience", () => {
    const open = policy(allow({ StringEquals: { [SUB]: SUBJECT, [AUD]: `\${${AUD}}` } }));
    const problems = judgeGrant(open, GRANT);
    expect(problems.length).toBeGreaterThan(0);
    for (const problem of problems) expect(problem).toMatchObject({ code: "too-wide", what: "audience" });
  });

  it("finds a statement of our shape that may let in any audience", () => {
    const open = policy(allow({ StringEquals: { [SUB]: SUBJECT, [AUD]: "${aws:userid}" } }));
    const codes = judgeGrant(open, GRANT).map(({ code }) => code);
    expect(new Set(codes)).toEqual(new Set(["unproven", "too-wide"]));
  });
});
