import { describe, expect, it } from "vitest";
import type { Statement } from "../../../src/model/trust-policy/document.ts";
import { judgeMove, type MoveFault } from "../../../src/model/trust-policy/judge-move.ts";
import { callersOf, circumstancesOf } from "../../../src/model/trust-policy/move-callers.ts";
import type { MoveWay } from "../../../src/model/trust-policy/move-issuer.ts";
import { readTrust } from "../../../src/model/trust-policy/read.ts";
import { Steps, TooComplex } from "../../../src/model/trust-policy/steps.ts";
import { allow, deny, ISSUER, OTHER_ISSUER, OTHER_PROVIDER, policy, PROVIDER } from "./fixtures.ts";

const CART = "system:serviceaccount:shop:cart";
const AUDIENCE = "sts.amazonaws.com";
const FIRST_ASKED = "system:serviceaccount:other:other";
const [SUB, AUD] = [`${ISSUER}:sub`, `${ISSUER}:aud`];
const [NEW_SUB, NEW_AUD] = [`${OTHER_ISSUER}:sub`, `${OTHER_ISSUER}:aud`];
const MOVE = {
  from: { providerArn: PROVIDER, issuerHostPath: ISSUER },
  to: { providerArn: OTHER_PROVIDER, issuerHostPath: OTHER_ISSUER },
};
const THIRD = "oidc.example.com/third";
const THIRD_PROVIDER = PROVIDER.replace(ISSUER, THIRD);
const BY_NEW = { Principal: { Federated: OTHER_PROVIDER } };
const BY_ANY = { Principal: { Federated: "*" } };

const old = (condition: Statement["Condition"] = {}): Statement =>
  allow({ StringEquals: { [SUB]: CART, [AUD]: AUDIENCE }, ...condition });
const own = (condition: Statement["Condition"] = {}): Statement =>
  allow({ StringEquals: { [NEW_SUB]: CART, [NEW_AUD]: AUDIENCE }, ...condition }, BY_NEW);
const ownLike = (sub: string, aud = AUDIENCE): Statement =>
  allow({ StringLike: { [NEW_SUB]: sub, [NEW_AUD]: aud } }, BY_NEW);
const oldLike = (sub: string, aud = AUDIENCE): Statement => allow({ StringLike: { [SUB]: sub, [AUD]: aud } });
const ec2: Statement = {
  Effect: "Allow",
  Principal: { Service: "ec2.amazonaws.com" },
  Action: "sts:AssumeRole",
};
const user = (id: string): Statement => ({
  Effect: "Allow",
  Principal: { AWS: id },
  Action: "sts:AssumeRole",
});
const ADMIN = "arn:aws:iam::111122223333:user/admin";
const from = (ip: string) => ({ IpAddress: { "aws:SourceIp": ip } });

type Row = readonly [
  name: string,
  before: readonly Statement[],
  after: readonly Statement[],
  way: MoveWay,
  fault: Partial<MoveFault> | undefined,
];

describe("who a moved trust policy allows", () => {
  it.each<Row>([
    ["is right beside", [old()], [old(), own()], "beside", undefined],
    ["is right in its place", [old()], [own()], "replace", undefined],
    ["is right where both were in", [old(), own()], [own()], "replace", undefined],
    ["is right by other tokens", [old(), ec2, user(ADMIN)], [own(), ec2, user(ADMIN)], "replace", undefined],
    [
      "lacks the old issuer's tokens",
      [old()],
      [own()],
      "beside",
      { code: "shuts-out", issuer: "old", subject: CART, audience: AUDIENCE },
    ],
    [
      "lacks the new issuer's tokens",
      [old()],
      [old()],
      "beside",
      { code: "shuts-out", issuer: "new", subject: CART, audience: AUDIENCE },
    ],
    [
      "lacks what the new issuer had",
      [old(), ownLike("system:serviceaccount:shop:till")],
      [old(), own()],
      "beside",
      { code: "shuts-out", issuer: "new", subject: "system:serviceaccount:shop:till" },
    ],
    [
      "takes in another subject",
      [old()],
      [old(), own(), ownLike("system:serviceaccount:shop:till")],
      "beside",
      { code: "lets-in", issuer: "new", subject: "system:serviceaccount:shop:till" },
    ],
    [
      "takes in every subject",
      [old()],
      [old(), allow({ StringEquals: { [NEW_AUD]: AUDIENCE } }, BY_NEW)],
      "beside",
      { code: "lets-in", issuer: "new", subject: FIRST_ASKED, audience: AUDIENCE },
    ],
    [
      "takes in every audience",
      [old()],
      [old(), allow({ StringEquals: { [NEW_SUB]: CART } }, BY_NEW)],
      "beside",
      { code: "lets-in", issuer: "new", subject: CART, audience: "other" },
    ],
    [
      "takes in subjects that begin so",
      [old()],
      [old(), ownLike(`${CART}*`)],
      "beside",
      { code: "lets-in", issuer: "new", subject: `${CART}*` },
    ],
    [
      "takes in subjects that end so",
      [old()],
      [old(), ownLike(`*${CART}`)],
      "beside",
      { code: "lets-in", issuer: "new", subject: `*${CART}` },
    ],
    [
      "takes in namespaces that a pattern means",
      [oldLike("system:serviceaccount:shop:cart")],
      [own(), ownLike("system:serviceaccount:*:cart")],
      "replace",
      { code: "lets-in", issuer: "new", subject: "system:serviceaccount:*:cart" },
    ],
    [
      "takes in the subject in other letters",
      [old()],
      [
        own(),
        allow({ StringEqualsIgnoreCase: { [NEW_SUB]: CART }, StringEquals: { [NEW_AUD]: AUDIENCE } }, BY_NEW),
      ],
      "replace",
      { code: "lets-in", issuer: "new", subject: CART.toUpperCase() },
    ],
    [
      "takes in audiences that begin so",
      [old()],
      [old(), ownLike(CART, `${AUDIENCE}*`)],
      "beside",
      { code: "lets-in", issuer: "new", audience: `${AUDIENCE}*` },
    ],
    [
      "takes in all but one audience",
      [oldLike(CART, "x")],
      [
        ownLike(CART, "x"),
        allow(
          { StringEquals: { [NEW_SUB]: CART }, StringNotEquals: { [NEW_AUD]: ["x", "other", AUDIENCE] } },
          BY_NEW,
        ),
      ],
      "replace",
      { code: "lets-in", issuer: "new", audience: "x0" },
    ],
    [
      "takes in more of the old issuer's",
      [old()],
      [old(), own(), allow({ StringEquals: { [SUB]: "x", [AUD]: AUDIENCE } })],
      "beside",
      { code: "lets-in", issuer: "old", subject: "x" },
    ],
    [
      "takes in more of the old issuer's where it goes",
      [old()],
      [own(), allow({ StringEquals: { [SUB]: "x", [AUD]: AUDIENCE } })],
      "replace",
      { code: "lets-in", issuer: "old", subject: "x" },
    ],
    [
      "takes in any issuer's",
      [old()],
      [own(), allow({ StringEquals: { [`${THIRD}:sub`]: CART } }, BY_ANY)],
      "replace",
      { code: "lets-in", issuer: "other", subject: CART },
    ],
    [
      "takes in any issuer's that it does not name",
      [old()],
      [own(), allow({ Null: { [SUB]: "true", [NEW_SUB]: "true" } }, BY_ANY)],
      "replace",
      { code: "lets-in", issuer: "other" },
    ],
    [
      "takes in a third issuer's, by its provider",
      [old()],
      [own(), allow({}, { Principal: { Federated: THIRD_PROVIDER } })],
      "replace",
      { code: "lets-in", issuer: "other" },
    ],
    [
      "takes in a third issuer's, by a condition on the provider",
      [old()],
      [own(), allow({ StringEquals: { "AWS:FederatedProvider": THIRD_PROVIDER } }, BY_ANY)],
      "replace",
      { code: "lets-in", issuer: "other" },
    ],
    [
      "lacks a third issuer's",
      [old(), allow({}, { Principal: { Federated: THIRD_PROVIDER } })],
      [own()],
      "replace",
      { code: "shuts-out", issuer: "other" },
    ],
    [
      "takes in a service",
      [old()],
      [own(), ec2],
      "replace",
      { code: "lets-in", issuer: "other", subject: "ec2.amazonaws.com" },
    ],
    [
      "lacks a service",
      [old(), ec2],
      [own()],
      "replace",
      { code: "shuts-out", issuer: "other", subject: "ec2.amazonaws.com" },
    ],
    [
      "takes in a user",
      [old()],
      [own(), user(ADMIN)],
      "replace",
      { code: "lets-in", issuer: "other", subject: ADMIN },
    ],
    [
      "takes in an AWS account",
      [old()],
      [own(), user("444455556666")],
      "replace",
      { code: "lets-in", issuer: "other", subject: "444455556666" },
    ],
    [
      "lost a Deny of the old issuer's",
      [allow({}, BY_ANY), deny({ StringEquals: { [SUB]: CART } })],
      [allow({}, BY_ANY), deny({ StringEquals: { [NEW_SUB]: "x" } }, BY_NEW)],
      "replace",
      { code: "lets-in", issuer: "old", subject: CART },
    ],
    [
      "lost the address that the old one hung on",
      [old(from("10.0.0.0/8"))],
      [own()],
      "replace",
      { code: "lets-in", issuer: "new", subject: CART },
    ],
    [
      "hangs on another key than the old one did",
      [old({ StringEquals: { [SUB]: CART, "aws:SourceVpc": "vpc-1" } })],
      [old({ StringEquals: { [SUB]: CART, "aws:SourceVpce": "vpc-1" } })],
      "beside",
      { issuer: "new" },
    ],
    [
      "hangs on another address than the old one did",
      [old(from("10.0.0.0/8"))],
      [own(from("192.168.0.0/16"))],
      "replace",
      { issuer: "new", subject: CART },
    ],
    ["hangs on the same address", [old(from("10.0.0.0/8"))], [own(from("10.0.0.0/8"))], "replace", undefined],
    [
      "lost a Deny behind what nobody can know",
      [
        old(),
        deny({ StringEquals: { [SUB]: CART }, ...from("192.168.0.0/16") }),
        deny(from("10.0.0.0/8"), { Principal: "*" }),
      ],
      [own(), deny(from("10.0.0.0/8"), { Principal: "*" })],
      "replace",
      { code: "lets-in", issuer: "new", subject: CART },
    ],
  ])("%s", (_name, before, after, way, fault) => {
    const found = judgeMove(policy(...before), policy(...after), MOVE, way);
    expect([found]).toMatchObject([fault]);
  });

  it("is not said where there are too many callers", () => {
    const judge = (limit: number) => () =>
      judgeMove(policy(old()), policy(old(), own()), MOVE, "beside", new Steps(limit));
    expect(judge(100)).toThrow(TooComplex);
    expect(judge(10_000)).not.toThrow();
  });
});

describe("the callers that a trust policy is put to", () => {
  const callers = (...statements: readonly Statement[]) =>
    callersOf(readTrust(policy(...statements)), MOVE, new Steps());
  const pairs = (...statements: readonly Statement[]) =>
    callers(...statements).tokens.map(({ subject, audience }) => `${subject} ${audience}`);

  it("are its tokens' subjects and audiences, and their neighbors", () => {
    const keys = { "x:SUB": ["s", "S"], "x:aud": "A", "x:sub:y": "no", "aws:SourceVpc": "no" };
    const audiences = [AUDIENCE, "other", "A"];
    expect(pairs(allow({ StringEquals: keys }))).toEqual([
      ...[FIRST_ASKED, "s", "S"].flatMap((one) => [...audiences, "A0"].map((aud) => `${one} ${aud}`)),
      ...["s0", "0s", "", "S0", "0S"].flatMap((one) => audiences.map((aud) => `${one} ${aud}`)),
    ]);
    expect(pairs(ec2)).toEqual([`${FIRST_ASKED} ${AUDIENCE}`, `${FIRST_ASKED} other`]);
  });

  it("are what patterns stand for", () => {
    const subjects = (sub: string) => [
      ...new Set(callers(allow({ StringLike: { "x:sub": sub } })).tokens.map(({ subject }) => subject)),
    ];
    const tried = (...values: readonly string[]) => [FIRST_ASKED, ...values];
    expect(subjects("a*b*?").slice(0, 5)).toEqual(tried("a*b*?", "aba", "aabaa", "aa:aba:aa"));
    expect(subjects("a?").slice(0, 3)).toEqual(tried("a?", "aa"));
    expect(subjects("a")).toEqual(tried("a", "a0", "0a", "", "A"));
  });

  it("are other issuers that it names, by provider, by key or by a condition on the provider, and one that it doesn't", () => {
    const [asked, pattern] = ["oidc.example.com/asked", "oidc.example.com/*"];
    const condition = {
      StringEquals: {
        [`${THIRD}:sub`]: "x",
        "accounts.example.com:aud": "x",
        [SUB]: "x",
        "aws:SourceVpc": PROVIDER.replace(ISSUER, "not.example.com/x"),
        "AWS:federatedprovider": [PROVIDER.replace(ISSUER, asked), "arn:aws:iam::1:saml-provider/x"],
      },
      StringLike: { "aws:FederatedProvider": PROVIDER.replace(ISSUER, pattern) },
    };
    const found = callers(
      allow(condition, { Principal: { Federated: ["*", PROVIDER, OTHER_PROVIDER.toLowerCase()] } }),
      allow({}, { Principal: { Federated: PROVIDER.replace(ISSUER, "named.example.com") } }),
      allow({}, { Principal: { Federated: PROVIDER.replace(ISSUER, "Named.example.com") } }),
    );
    const issuers = [
      "Named.example.com",
      asked,
      "oidc.example.com/",
      "oidc.example.com/a",
      "oidc.example.com/a:a",
      THIRD,
      "accounts.example.com",
      `${OTHER_ISSUER}0`,
    ];
    expect(found.issuers).toEqual(
      issuers.map((issuerHostPath) => ({
        issuerHostPath,
        providerArn: `arn:aws:iam::111122223333:oidc-provider/${issuerHostPath}`,
      })),
    );
    expect(callers(ec2).issuers.map(({ issuerHostPath }) => issuerHostPath)).toEqual([`${OTHER_ISSUER}0`]);
  });

  it("are its other principals, as they call AssumeRole", () => {
    const found = callers(ec2, user(ADMIN), user("444455556666"), user("*"), old()).principals;
    expect(found.map(({ name, request }) => [name, request.principal])).toEqual([
      ["ec2.amazonaws.com", { type: "Service", id: "ec2.amazonaws.com" }],
      [ADMIN, { type: "AWS", arn: ADMIN, awsAccount: "111122223333" }],
      ["444455556666", { type: "AWS", arn: "444455556666", awsAccount: "444455556666" }],
    ]);
    expect(found[0]?.request).toMatchObject({ action: "sts:AssumeRole", others: "unknown" });
  });
});

describe("the circumstances that nobody can know beforehand", () => {
  const circumstances = (condition: NonNullable<Statement["Condition"]>) =>
    circumstancesOf(readTrust(policy(allow(condition))), { subject: "s", audience: "a" }, new Steps());

  it("are none where all is known", () => {
    expect(circumstances({ StringEquals: { [SUB]: "x", "aws:username": "x" } })).toEqual([]);
  });

  it("are each key absent, as it is asked for, and otherwise", () => {
    expect(
      circumstances({
        StringEquals: { "aws:SourceVpc": ["vpc-1", "vpc-2"] },
        IpAddress: { "AWS:SourceIp": "10.0.0.0/8" },
        NotIpAddress: { "aws:SourceIp": ["2001:DB8::/32", "192.0.2.1"] },
      }),
    ).toEqual([
      { "aws:sourcevpc": [], "aws:sourceip": [] },
      { "aws:sourcevpc": "vpc-1", "aws:sourceip": "10.0.0.0" },
      { "aws:sourcevpc": "other", "aws:sourceip": "10.0.0.0" },
      { "aws:sourcevpc": "vpc-1", "aws:sourceip": "2001:DB8::" },
      { "aws:sourcevpc": "vpc-1", "aws:sourceip": "203.0.113.77" },
    ]);
  });

  it("are what a variable may bring in, or a pattern stand for", () => {
    expect(circumstances({ StringLike: { "aws:SourceVpc": `x\${${SUB}}` } })).toEqual([
      { "aws:sourcevpc": [] },
      { "aws:sourcevpc": "s" },
      { "aws:sourcevpc": "a" },
      { "aws:sourcevpc": "other" },
    ]);
    expect(circumstances({ StringLike: { "aws:SourceVpc": "vpc-*" } })[1]).toEqual({
      "aws:sourcevpc": "vpc-",
    });
    expect(circumstances({ StringLike: { "aws:SourceVpc": "10.0.0.0/8x" } })[1]).toEqual({
      "aws:sourcevpc": "10.0.0.0/8x",
    });
  });
});
