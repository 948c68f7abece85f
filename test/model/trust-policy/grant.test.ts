import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listOf, type PolicyDocument, type Statement } from "../../../src/model/trust-policy/document.ts";
import { evaluateTrust } from "../../../src/model/trust-policy/evaluate.ts";
import {
  policySize,
  trustPolicy,
  webIdentityStatement,
  withGrant,
  withoutGrant,
} from "../../../src/model/trust-policy/grant.ts";
import { documents } from "./arbitrary.ts";
import {
  allow,
  AUD,
  AUDIENCE,
  call,
  GRANT,
  ISSUER,
  OTHER_PROVIDER,
  policy,
  PROVIDER,
  SUB,
  SUBJECT,
} from "./fixtures.ts";

const OURS = webIdentityStatement(GRANT);
/** Without a statement that is ours with another audience, which is replaced. */
const foreign = documents.filter((document) => withoutGrant(document, GRANT) === document);
const FOREIGN: Statement = {
  Sid: "Theirs",
  Effect: "Allow",
  Principal: { Service: "ec2.amazonaws.com" },
  Action: "sts:AssumeRole",
};

describe("webIdentityStatement", () => {
  it("has the shape that eksctl writes", () => {
    expect(OURS).toEqual({
      Effect: "Allow",
      Action: ["sts:AssumeRoleWithWebIdentity"],
      Principal: { Federated: PROVIDER },
      Condition: { StringEquals: { [`${ISSUER}:sub`]: SUBJECT, [`${ISSUER}:aud`]: AUDIENCE } },
    });
  });

  it("takes a policy variable in an audience literally", () => {
    const audience = `\${${AUD}}`;
    const document = withGrant(undefined, { ...GRANT, audience });
    expect(evaluateTrust(document, call()).verdict).toBe("deny");
    expect(evaluateTrust(document, call({ audience })).verdict).toBe("allow");
    expect(withGrant(document, { ...GRANT, audience })).toBe(document);
  });
});

describe("withGrant", () => {
  it("makes a document where there is none", () => {
    expect(withGrant(undefined, GRANT)).toEqual({ Version: "2012-10-17", Statement: [OURS] });
  });

  it("appends to foreign statements, which stay the objects that they were", () => {
    const single: PolicyDocument = { Version: "2008-10-17", Id: "x", Statement: FOREIGN };
    const document = withGrant(single, GRANT);
    expect(document).toEqual({ Version: "2008-10-17", Id: "x", Statement: [FOREIGN, OURS] });
    expect(listOf(document.Statement)[0]).toBe(FOREIGN);
  });

  it("returns the document itself where our statement stands, however it is written", () => {
    const condition = { stringequals: { [AUD.toUpperCase()]: [AUDIENCE], [SUB]: [SUBJECT] } };
    const rewritten = allow(condition, { Action: "STS:AssumeRoleWithWebIdentity" });
    for (const document of [policy(OURS), policy(FOREIGN, rewritten), { Statement: OURS }]) {
      expect(withGrant(document, GRANT)).toBe(document);
    }
  });

  it("puts a changed audience in the old one's place, keeps its Sid, and drops doubles of ours", () => {
    const old = webIdentityStatement({ ...GRANT, audience: "old" });
    const document = withGrant(policy({ ...old, Sid: "Cart" }, FOREIGN, old), GRANT);
    expect(document.Statement).toEqual([{ Sid: "Cart", ...OURS }, FOREIGN]);
    expect(withGrant(policy(OURS, FOREIGN, old), GRANT).Statement).toEqual([OURS, FOREIGN]);
    expect(withGrant(policy(FOREIGN, OURS, OURS), GRANT).Statement).toEqual([FOREIGN, OURS]);
  });

  it.each<readonly [string, Statement]>([
    ["another subject", webIdentityStatement({ ...GRANT, subject: "system:serviceaccount:shop:pay" })],
    ["another provider", webIdentityStatement({ ...GRANT, providerArn: OTHER_PROVIDER })],
    ["two subjects", allow({ StringEquals: { [SUB]: [SUBJECT, "x"], [AUD]: AUDIENCE } })],
    ["two audiences", allow({ StringEquals: { [SUB]: SUBJECT, [AUD]: [AUDIENCE, "x"] } })],
    ["no audience", allow({ StringEquals: { [SUB]: SUBJECT } })],
    [
      "a further condition",
      allow({ StringEquals: { [SUB]: SUBJECT, [AUD]: AUDIENCE }, Bool: { "aws:SecureTransport": true } }),
    ],
    [
      "a further action",
      allow(
        { StringEquals: { [SUB]: SUBJECT, [AUD]: AUDIENCE } },
        { Action: ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"] },
      ),
    ],
    ["a Deny", { ...OURS, Effect: "Deny" }],
    ["no Condition", allow()],
    ["an audience of another provider", allow({ StringEquals: { [SUB]: SUBJECT, [`x:aud`]: AUDIENCE } })],
    ["a Condition that can't be read", { ...OURS, Condition: { StringEquals: null } as never }],
    ["nothing that can be read", null as never],
  ])("leaves alone, as someone else's, a statement with %s", (_name, statement) => {
    expect(listOf(withGrant(policy(statement), GRANT).Statement)).toEqual([statement, OURS]);
    expect(withoutGrant(policy(statement), GRANT)).toEqual(policy(statement));
  });

  it("is idempotent, and keeps every foreign statement as it is and where it is", () => {
    fc.assert(
      fc.property(foreign, (document) => {
        const once = withGrant(document, GRANT);
        expect(withGrant(once, GRANT)).toBe(once);
        expect(JSON.stringify(listOf(once.Statement).slice(0, -1))).toBe(
          JSON.stringify(listOf(document.Statement)),
        );
      }),
    );
  });
});

describe("withoutGrant", () => {
  it("removes ours only, and tells when nothing is left", () => {
    expect(withoutGrant(policy(OURS, FOREIGN, OURS), GRANT)).toEqual(policy(FOREIGN));
    expect(withoutGrant(policy(OURS), GRANT)).toBeUndefined();
    const foreign = policy(FOREIGN);
    expect(withoutGrant(foreign, GRANT)).toBe(foreign);
  });

  it("undoes withGrant", () => {
    fc.assert(
      fc.property(foreign, (document) => {
        const undone = withoutGrant(withGrant(document, GRANT), GRANT);
        expect(undone === undefined ? [] : listOf(undone.Statement)).toEqual(listOf(document.Statement));
      }),
    );
  });
});

it("listOf gives the one, the many, and none", () => {
  expect([listOf("a"), listOf(["a", "b"]), listOf(undefined)]).toEqual([["a"], ["a", "b"], []]);
});

it("policySize counts the characters of the document without white space", () => {
  expect(policySize(trustPolicy([]))).toBe('{"Version":"2012-10-17","Statement":[]}'.length);
});
