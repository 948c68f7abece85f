import { describe, expect, it } from "vitest";
import { listOf, type PolicyDocument, type Statement } from "../../../src/model/trust-policy/document.ts";
import { moveIssuer, type MoveWay } from "../../../src/model/trust-policy/move-issuer.ts";
import { mentionsIssuer } from "../../../src/model/trust-policy/rename-issuer.ts";
import { allow, deny, ISSUER, OTHER_ISSUER, OTHER_PROVIDER, policy, PROVIDER, without } from "./fixtures.ts";

const THIRD_ISSUER = "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLETHIRD";
const THIRD_PROVIDER = `arn:aws:iam::111122223333:oidc-provider/${THIRD_ISSUER}`;
const MOVE = {
  from: { providerArn: PROVIDER, issuerHostPath: ISSUER },
  to: { providerArn: OTHER_PROVIDER, issuerHostPath: OTHER_ISSUER },
};
const CART = "system:serviceaccount:shop:cart";
const AUDIENCE = "sts.amazonaws.com";

/** The statement with the new issuer's names in the place of the old one's, as text. */
function renamed(statement: Statement): Statement {
  return JSON.parse(JSON.stringify(statement).replaceAll(ISSUER, OTHER_ISSUER)) as Statement;
}

const pinned = allow({ StringEquals: { [`${ISSUER}:sub`]: CART, [`${ISSUER}:aud`]: AUDIENCE } });
const listed = allow(
  {
    StringLike: {
      [`${ISSUER}:SUB`]: ["system:serviceaccount:shop:*", "system:serviceaccount:search:indexer"],
    },
    "ForAnyValue:StringEquals": { [`${ISSUER}:aud`]: [AUDIENCE, "my-app"] },
    IpAddress: { "aws:SourceIp": "10.0.0.0/8" },
  },
  { Sid: "Listed", Principal: { Federated: [PROVIDER] }, Action: ["sts:AssumeRoleWithWebIdentity"] },
);
const denied = deny({ StringLike: { [`${ISSUER}:sub`]: "system:serviceaccount:kube-system:*" } });
const ec2: Statement = {
  Effect: "Allow",
  Principal: { Service: "ec2.amazonaws.com" },
  Action: "sts:AssumeRole",
};
const third = renamedTo(pinned, THIRD_ISSUER);
const mixed = allow(
  {
    StringEqualsIfExists: { [`${ISSUER}:sub`]: CART, [`${THIRD_ISSUER}:sub`]: CART },
    StringLike: { "aws:PrincipalTag/x": "*" },
  },
  { Sid: "Both", Principal: { Federated: [PROVIDER, THIRD_PROVIDER] } },
);

function renamedTo(statement: Statement, issuer: string): Statement {
  return JSON.parse(JSON.stringify(statement).replaceAll(ISSUER, issuer)) as Statement;
}

function moved(document: PolicyDocument, way: MoveWay): PolicyDocument {
  const outcome = moveIssuer(document, MOVE, way);
  if (outcome.ok) return outcome.document;
  throw new Error(JSON.stringify(outcome.problem));
}

function problemOf(document: PolicyDocument, way: MoveWay): string {
  const outcome = moveIssuer(document, MOVE, way);
  if (outcome.ok) throw new Error(JSON.stringify(outcome.document));
  const { code } = outcome.problem;
  return "issuer" in outcome.problem ? `${code} ${outcome.problem.issuer}` : code;
}

interface Case {
  readonly name: string;
  readonly before: PolicyDocument;
  readonly beside: PolicyDocument;
  readonly replace: PolicyDocument;
}

const everyone = deny({ StringLike: { [`${ISSUER}:sub`]: "*:evil" } }, { Principal: "*", Sid: "No" });
const narrowedEveryone = { ...without("Sid", renamed(everyone)), Principal: { Federated: OTHER_PROVIDER } };
const variable = allow({ StringEquals: { [`${ISSUER}:aud`]: `x-\${${ISSUER}:sub}` } });
const anyToken = allow({ StringEquals: { [`${ISSUER}:sub`]: CART } }, { Principal: { Federated: "*" } });
const single: PolicyDocument = { Version: "2012-10-17", Id: "kept", Statement: pinned };

const CASES: readonly Case[] = [
  {
    name: "a statement as irsa and eksctl write it",
    before: policy(pinned),
    beside: policy(pinned, renamed(pinned)),
    replace: policy(renamed(pinned)),
  },
  {
    name: "operators, lists, spelling and further conditions",
    before: policy(listed),
    beside: policy(listed, without("Sid", renamed(listed))),
    replace: policy(renamed(listed)),
  },
  {
    name: "a Deny that names the old issuer",
    before: policy(pinned, denied),
    beside: policy(pinned, denied, renamed(pinned), renamed(denied)),
    replace: policy(renamed(pinned), renamed(denied)),
  },
  {
    name: "a Deny for everyone that names the old issuer's subjects",
    before: policy(pinned, everyone),
    beside: policy(pinned, everyone, renamed(pinned), narrowedEveryone),
    replace: policy(renamed(pinned), renamed(everyone)),
  },
  {
    name: "a role that others share",
    before: policy(ec2, pinned, third),
    beside: policy(ec2, pinned, third, renamed(pinned)),
    replace: policy(ec2, renamed(pinned), third),
  },
  {
    name: "a single statement without a list",
    before: single,
    beside: { ...single, Statement: [pinned, renamed(pinned)] },
    replace: { ...single, Statement: renamed(pinned) },
  },
  {
    name: "policy variables",
    before: policy(variable),
    beside: policy(variable, renamed(variable)),
    replace: policy(renamed(variable)),
  },
  {
    name: "whoever comes by a token, told by the old issuer's key",
    before: policy(anyToken),
    beside: policy(anyToken, { ...renamed(anyToken), Principal: { Federated: OTHER_PROVIDER } }),
    replace: policy(renamed(anyToken)),
  },
  {
    name: "the new issuer let in already, in other words",
    before: policy(pinned, { ...renamed(pinned), Sid: "Mine", Action: ["sts:assumerolewithwebidentity"] }),
    beside: policy(pinned, { ...renamed(pinned), Sid: "Mine", Action: ["sts:assumerolewithwebidentity"] }),
    replace: policy({ ...renamed(pinned), Sid: "Mine", Action: ["sts:assumerolewithwebidentity"] }),
  },
  {
    name: "nothing of the old issuer",
    before: policy(ec2, third),
    beside: policy(ec2, third),
    replace: policy(ec2, third),
  },
];

describe.each(CASES)("$name", ({ before, beside, replace }) => {
  it("beside", () => expect(moved(before, "beside")).toEqual(beside));
  it("in its place", () => expect(moved(before, "replace")).toEqual(replace));
  it("beside, then in its place", () =>
    expect(listOf(moved(beside, "replace").Statement)).toEqual(listOf(moved(before, "replace").Statement)));
  it("again is nothing", () => {
    expect(moved(beside, "beside")).toBe(beside);
    expect(moved(replace, "replace")).toBe(replace);
  });
});

describe("a statement of several issuers", () => {
  it("gets one for the new issuer alone beside it, other keys and all", () => {
    const after = moved(policy(mixed), "beside");
    expect(after).toEqual(
      policy(mixed, { ...without("Sid", renamed(mixed)), Principal: { Federated: OTHER_PROVIDER } }),
    );
    expect(moved(after, "replace")).toEqual(policy(renamed(mixed)));
  });

  it("that names both is left alone beside, and loses the old one in its place", () => {
    const both = renamedTo(mixed, ISSUER);
    const two = JSON.parse(JSON.stringify(both).replaceAll(THIRD_ISSUER, OTHER_ISSUER)) as Statement;
    expect(moved(policy(two), "beside")).toEqual(policy(two));
    expect(moved(policy(two), "replace")).toEqual(
      policy({
        ...two,
        Principal: { Federated: [OTHER_PROVIDER] },
        Condition: {
          StringEqualsIfExists: { [`${OTHER_ISSUER}:sub`]: CART },
          StringLike: { "aws:PrincipalTag/x": "*" },
        },
      }),
    );
  });
});

const onlyOld = deny({ StringNotLike: { [`${ISSUER}:sub`]: CART } }, { Principal: "*" });
const bothKeys = allow({ StringLike: { [`${ISSUER}:sub`]: CART, [`${OTHER_ISSUER}:sub`]: CART } });

describe("what no rule moves", () => {
  it.each([
    [
      "a Deny for whoever does not come by the old issuer",
      policy(pinned, onlyOld),
      "beside",
      "shuts-out new",
    ],
    [
      "a Deny of the new issuer's own subjects",
      policy(pinned, deny({}, { Principal: { Federated: OTHER_PROVIDER } })),
      "beside",
      "shuts-out new",
    ],
    [
      "a Deny whose mirror would take what the new issuer has",
      policy(renamed(pinned), deny({ StringEquals: { [`${ISSUER}:sub`]: CART } })),
      "beside",
      "shuts-out new",
    ],
    [
      "a Deny whose going would let the old issuer in",
      policy(allow({}, { Principal: { Federated: "*" } }), denied, renamed(denied)),
      "replace",
      "lets-in old",
    ],
    [
      "a Deny of everyone by the old issuer's key, behind another that hangs on the same address",
      policy(
        allow({}, { Principal: { Federated: "*" } }),
        deny(
          { StringEquals: { [`${ISSUER}:sub`]: CART }, IpAddress: { "aws:SourceIp": "10.0.0.0/8" } },
          { Principal: "*" },
        ),
        deny({ IpAddress: { "aws:SourceIp": "192.168.0.0/16" } }, { Principal: "*" }),
      ),
      "replace",
      "shuts-out new",
    ],
    [
      "a variable of the old issuer's for everybody, compared with what nobody can know",
      policy(
        allow(
          { StringNotEquals: { "sts:RoleSessionName": `\${${ISSUER}:sub}` } },
          { Principal: { Federated: "*" } },
        ),
      ),
      "replace",
      "shuts-out new",
    ],
    ["conditions on both", policy(bothKeys), "replace", "entangled"],
    [
      "one key twice",
      policy(allow({ StringLike: { [`${ISSUER}:sub`]: "a", [`${ISSUER}:SUB`]: "b" } })),
      "beside",
      "entangled",
    ],
    [
      "an operator that IAM does not have",
      policy(allow({ Equals: { [`${ISSUER}:sub`]: CART } })),
      "replace",
      "unreadable",
    ],
  ] as const)("%s", (_name, document, way, expected) => expect(problemOf(document, way)).toBe(expected));

  it("but a Deny for whoever does not come by the old issuer can be moved in its place", () =>
    expect(moved(policy(pinned, onlyOld), "replace")).toEqual(policy(renamed(pinned), renamed(onlyOld))));
});

describe("an issuer's provider in other upper and lower case", () => {
  const lower = { providerArn: PROVIDER.toLowerCase(), issuerHostPath: ISSUER.toLowerCase() };
  const exempt = allow({ StringNotEquals: { [`${ISSUER}:sub`]: CART } });
  const both = { ...pinned, Principal: { Federated: [PROVIDER, OTHER_PROVIDER.toLowerCase()] } };

  it.each([
    ["a Deny, which would no longer apply", policy(allow(), denied), lower],
    ["an Allow with exceptions, which would let them in", policy(exempt), lower],
    ["an Allow, which would let nobody in", policy(pinned), lower],
    ["the new one's, whose conditions would come to hold", policy(both), MOVE.from],
  ])("is not moved by halves: %s", (_name, document, from) => {
    for (const way of ["beside", "replace"] as const)
      expect(moveIssuer(document, { ...MOVE, from }, way)).toMatchObject({
        ok: false,
        problem: { code: "spelled-otherwise" },
      });
  });

  it("does not matter where the old issuer is not named", () => {
    const document = policy({ ...renamed(pinned), Principal: { Federated: OTHER_PROVIDER.toLowerCase() } });
    expect(moved(document, "replace")).toBe(document);
  });
});

describe("an issuer is mentioned", () => {
  it.each([
    [policy(pinned), true],
    [
      policy(
        allow(
          { StringEquals: { [`https://${ISSUER}:sub`]: CART } },
          { Principal: { Federated: THIRD_PROVIDER } },
        ),
      ),
      true,
    ],
    [policy(allow({}, { Principal: { Federated: `${PROVIDER}0` } })), false],
    [policy(ec2), false],
  ])("%#", (document, expected) =>
    expect(mentionsIssuer(document, { issuerHostPath: ISSUER })).toBe(expected),
  );
});
