import { describe, expect, it } from "vitest";
import type { PolicyArn } from "../../src/model/arn.ts";
import type { ServiceUse } from "../../src/model/last-accessed.ts";
import { listOf } from "../../src/model/trust-policy/document.ts";
import type { ActionNames } from "../../src/narrow/action-names.ts";
import { narrowPolicies } from "../../src/narrow/narrow-policies.ts";
import { indexUse } from "../../src/narrow/use.ts";
import { documentOf } from "./document.ts";

const NAMES: ActionNames = namesOf({
  s3: ["CreateBucket", "DeleteBucket", "GetObject", "ListAllMyBuckets", "PutObject"],
  sqs: ["DeleteQueue", "SendMessage"],
  iam: ["CreateRole", "PassRole"],
  ec2: ["DeleteTags", "DeleteVolume", "DescribeHosts", "DescribeHostReservations", "GetX", "GetY", "GetXY"],
});

function namesOf(lists: Readonly<Record<string, readonly string[]>>): ActionNames {
  return { services: Object.keys(lists).toSorted(), of: (service) => lists[service] };
}

const T = "2026-11-19T08:00:00.000Z";

/** S3 is used and tracked in part, SQS is used and not tracked, DynamoDB was never used; IAM is not reported. */
const USED: readonly ServiceUse[] = [
  {
    service: "s3",
    lastUsed: T,
    actions: [{ name: "CreateBucket", lastUsed: T }, { name: "DeleteBucket" }, { name: "ListAllMyBuckets" }],
  },
  { service: "sqs", lastUsed: T, actions: [] },
  { service: "dynamodb", actions: [{ name: "CreateTable" }] },
];

function narrowed(statement: object, used = USED) {
  const document = documentOf({ Version: "2012-10-17", Statement: [statement] });
  const found = narrowPolicies([{ policy: { inline: "own" }, document }], {
    use: indexUse({ services: used }),
    names: NAMES,
  });
  const [left] = listOf(found.document?.Statement ?? []);
  return { ...found, actions: left?.Action, statement: left };
}

const allow = (Action: unknown) => ({ Effect: "Allow", Action, Resource: "*" });

describe("an action of a statement", () => {
  it.each([
    ["used", "s3:CreateBucket", "stays"],
    ["not tracked", "s3:GetObject", "stays"],
    ["of a service without action data", "sqs:DeleteQueue", "stays"],
    ["of a service without data", "iam:PassRole", "stays"],
    ["tracked and unused", "s3:DeleteBucket", "goes"],
    ["of an unused service", "dynamodb:GetItem", "goes"],
    ["of an unused service, by a pattern", "dynamodb:*", "goes"],
    ["not one of AWS's names", "nonsense", "stays"],
    ["spelled in another case, used", "S3:createbucket", "stays"],
    ["spelled in another case, unused", "S3:deletebucket", "goes"],
  ])("%s: %s %s", (_, action, fate) => {
    const { actions } = narrowed(allow([action, "sqs:SendMessage", "s3:DeleteBucket"]));
    expect([actions].flat().includes(action)).toBe(fate === "stays");
  });

  it.each([
    ["s3:*", ["s3:CreateBucket", "s3:GetObject", "s3:PutObject"]],
    ["s3:*Bucket", "s3:CreateBucket"],
    ["s3:Delete*", undefined],
    ["S3:*Object", undefined],
    ["sqs:*", undefined],
    ["*", ["ec2:*", "iam:*", "s3:CreateBucket", "s3:GetObject", "s3:PutObject", "sqs:*"]],
    ["*:Delete*", ["ec2:Delete*", "iam:Delete*", "sqs:Delete*"]],
    ["s?:*Bucket", "s3:CreateBucket"],
    ["*Role", undefined],
    ["s3*", ["s3:CreateBucket", "s3:GetObject", "s3:PutObject"]],
  ])("the pattern %s becomes %j", (pattern, expected) => {
    expect(narrowed(allow(pattern)).actions).toEqual(expected);
  });

  it.each([
    ["ec2:*", ["ec2:DeleteTags", "ec2:Describe*", "ec2:GetX", "ec2:GetXY"]],
    ["ec2:De*", ["ec2:DeleteTags", "ec2:Describe*"]],
    ["ec2:get*", ["ec2:GetX", "ec2:GetXY"]],
    [
      "ec2:*e*",
      ["ec2:DeleteTags", "ec2:DescribeHosts", "ec2:DescribeHostReservations", "ec2:GetX", "ec2:GetXY"],
    ],
  ])("the pattern %s becomes patterns that have nothing unused: %j", (pattern, expected) => {
    const actions = [{ name: "DeleteVolume" }, { name: "GetY" }];
    expect(narrowed(allow(pattern), [{ service: "ec2", lastUsed: T, actions }]).actions).toEqual(expected);
  });

  it("is not expanded by names that could be patterns", () => {
    const used = [
      { service: "s3", lastUsed: T, actions: [{ name: "*", lastUsed: T }, { name: "DeleteBucket" }] },
    ];
    expect(narrowed(allow("s3:?eleteBucket"), used).actions).toBeUndefined();
    expect(narrowed(allow("s3:*Bucket"), used).actions).toBe("s3:CreateBucket");
  });

  it("of a service that is used and not in the list stays, since nobody can name what is not tracked", () => {
    const used = [{ service: "new", lastUsed: T, actions: [{ name: "Unused" }] }];
    const { document, kept } = narrowed(allow("new:*"), used);
    expect(document).toBeUndefined();
    expect(kept).toEqual([{ service: "new", action: "new:*", because: "names-unknown" }]);
  });
});

describe("NotAction of an Allow statement", () => {
  it("becomes what was used or is unknown of the rest", () => {
    const { statement } = narrowed({
      Sid: "Most",
      Effect: "Allow",
      NotAction: ["iam:*", "s3:Put*"],
      Resource: "*",
    });
    expect(statement).toEqual({
      Sid: "Most",
      Effect: "Allow",
      Action: ["ec2:*", "s3:CreateBucket", "s3:GetObject", "sqs:*"],
      Resource: "*",
    });
  });

  it("stays where a service that it excludes in part can't be told apart", () => {
    const used = [
      { service: "new", lastUsed: T, actions: [] },
      { service: "dynamodb", actions: [] },
    ];
    expect(
      narrowed({ Effect: "Allow", NotAction: "new:Secret*", Resource: "*" }, used).document,
    ).toBeUndefined();
  });
});

describe("what is never changed", () => {
  const deny = { Effect: "Deny", Action: "s3:DeleteBucket", Resource: "*" };

  it("are resources, conditions and Sids", () => {
    const Condition = { StringEquals: { "aws:RequestedRegion": "eu-west-1" } };
    const { statement } = narrowed({
      Sid: "A",
      ...allow(["s3:CreateBucket", "s3:DeleteBucket"]),
      Resource: ["arn:aws:s3:::a"],
      Condition,
    });
    expect(statement).toEqual({
      Sid: "A",
      Effect: "Allow",
      Action: "s3:CreateBucket",
      Resource: ["arn:aws:s3:::a"],
      Condition,
    });
  });

  it.each([[[deny]], [[{ ...deny, Action: undefined, NotAction: "s3:DeleteBucket" }]]])(
    "are Deny statements",
    (denied) => {
      const document = documentOf({ Statement: [allow("s3:*"), ...denied] });
      const found = narrowPolicies([{ policy: { inline: "own" }, document }], {
        use: indexUse({ services: USED }),
        names: NAMES,
      });
      expect(found.document?.Statement).toContainEqual(JSON.parse(JSON.stringify(denied[0])));
    },
  );

  it("is a Deny whose policy is left with nothing else, while other policies allow something", () => {
    const arn = "arn:aws:iam::111122223333:policy/a" as PolicyArn;
    const found = narrowPolicies(
      [
        {
          policy: { inline: "own" },
          document: documentOf({ Statement: [allow("dynamodb:*"), deny] }),
        },
        { policy: { arn }, document: documentOf({ Statement: [allow("sqs:*")] }) },
      ],
      { use: indexUse({ services: USED }), names: NAMES },
    );
    expect(found.policies.map(({ fate }) => fate)).toEqual(["replaced", "stays"]);
    expect(found.document?.Statement).toEqual([deny]);
  });

  it("is a statement that IAM would not have", () => {
    for (const odd of [
      { Effect: "Allow", Action: [1], Resource: "*" },
      { Effect: "allow", Action: "dynamodb:*" },
      "text",
    ])
      expect(narrowed(odd as object).document).toBeUndefined();
  });
});

describe("several policies", () => {
  const facts = { use: indexUse({ services: USED }), names: NAMES };
  const managed = (name: string, document: object | undefined) => ({
    policy: { arn: `arn:aws:iam::aws:policy/${name}` as PolicyArn },
    document: document && documentOf(document),
  });

  it("are put together as far as something of them is unused; what could not be read stays", () => {
    const found = narrowPolicies(
      [
        {
          policy: { inline: "irsa" },
          isOverwritten: true,
          document: documentOf({ Statement: [allow("sqs:SendMessage")] }),
        },
        managed("S3", { Version: "2012-10-17", Statement: { Sid: "A", ...allow("s3:*Bucket") } }),
        managed("Sqs", { Version: "2012-10-17", Statement: allow("sqs:*") }),
        managed("Denied", undefined),
      ],
      facts,
    );
    expect(found.policies.map(({ fate }) => fate)).toEqual(["replaced", "replaced", "stays", "not-read"]);
    expect(found.document?.Statement).toEqual([
      allow("sqs:SendMessage"),
      { Sid: "A", ...allow("s3:CreateBucket") },
    ]);
  });

  it("get distinct Sids, and the language of the older version is kept", () => {
    const found = narrowPolicies(
      [
        managed("A", {
          Version: "2012-10-17",
          Statement: {
            Sid: "S",
            ...allow(["s3:CreateBucket", "dynamodb:*"]),
            Resource: "arn:aws:s3:::${aws:username}",
          },
        }),
        managed("B", {
          Version: "2008-10-17",
          Statement: {
            Sid: "S",
            ...allow(["s3:PutObject", "dynamodb:*"]),
            Resource: "arn:aws:s3:::${aws:username}",
          },
        }),
      ],
      facts,
    );
    expect(found.document).toEqual({
      Version: "2012-10-17",
      Statement: [
        { Sid: "S", ...allow("s3:CreateBucket"), Resource: "arn:aws:s3:::${aws:username}" },
        { Sid: "S2", ...allow("s3:PutObject"), Resource: "arn:aws:s3:::${$}{aws:username}" },
      ],
    });
  });

  it("of which nothing is unused need no other one", () => {
    const found = narrowPolicies([managed("Sqs", { Statement: allow("sqs:*") })], facts);
    expect(found).toMatchObject({ document: undefined, dropped: [], policies: [{ fate: "stays" }] });
  });
});
