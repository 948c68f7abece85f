import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluateTrust } from "../../../src/model/trust-policy/evaluate.ts";
import { allow, call, policy, PROVIDER, SUB } from "./fixtures.ts";

const good = { Effect: "Allow", Principal: { Federated: PROVIDER }, Action: "sts:AssumeRoleWithWebIdentity" };

/** Each breaks one element of a statement that would otherwise apply to the request. */
const broken: readonly (readonly [string, string, object])[] = [
  ["an unknown operator", "Condition", { Condition: { StringMatches: { [SUB]: "x" } } }],
  ["Null with IfExists", "Condition", { Condition: { NullIfExists: { [SUB]: "true" } } }],
  ["an unknown set operator", "Condition", { Condition: { "ForNoValue:StringEquals": { [SUB]: "x" } } }],
  [
    "an operator without a name before the colon",
    "Condition",
    { Condition: { ":StringNotEquals": { [SUB]: "x" } } },
  ],
  ["a number that is none", "Condition", { Condition: { NumericLessThan: { [SUB]: "x" } } }],
  ["a date that is none", "Condition", { Condition: { DateLessThan: { "aws:CurrentTime": "tomorrow" } } }],
  ["a Boolean that is none", "Condition", { Condition: { Bool: { "aws:SecureTransport": "yes" } } }],
  ["base64 that is none", "Condition", { Condition: { BinaryEquals: { [SUB]: "*" } } }],
  ["a Null of neither", "Condition", { Condition: { Null: { [SUB]: "maybe" } } }],
  ["an operator without keys", "Condition", { Condition: { StringNotEquals: "x" } }],
  ["a Condition that is a list", "Condition", { Condition: [] }],
  ["a Principal of unknown type", "Principal", { Principal: { User: "x" } }],
  ["a Principal that is a string", "Principal", { Principal: PROVIDER }],
  ["no Principal", "Principal", { Principal: undefined }],
  ["Principal and NotPrincipal", "NotPrincipal", { NotPrincipal: { AWS: "x" } }],
  ["no Action", "Action", { Action: undefined }],
  ["an Action that is a number", "Action", { Action: 1 }],
  ["Action and NotAction", "NotAction", { NotAction: "s3:*" }],
  ["a NotAction that leaves out nothing", "NotAction", { Action: undefined, NotAction: [] }],
  ["a NotPrincipal that leaves out nothing", "NotPrincipal", { Principal: undefined, NotPrincipal: {} }],
  ["an unknown element", "Conditions", { Conditions: {} }],
];

/** The same, in conditions that hold if nothing matches: IAM may take what it can't read for no match. */
const mayHold: typeof broken = [
  ["a range that is none", "Condition", { Condition: { NotIpAddress: { "aws:SourceIp": "10.0.0.0/99" } } }],
  ["an ARN pattern of too few parts", "Condition", { Condition: { ArnNotLike: { [SUB]: "*" } } }],
  ["a value that is null", "Condition", { Condition: { StringNotEquals: { [SUB]: null } } }],
  ["a value that is an object", "Condition", { Condition: { StringNotEquals: { [SUB]: [{}] } } }],
  ["an ARN pattern that is a name", "Condition", { Condition: { ArnNotEquals: { [SUB]: "cart" } } }],
  ["a number that is none, negated", "Condition", { Condition: { NumericNotEquals: { [SUB]: "x" } } }],
  ["a date that is none, negated", "Condition", { Condition: { DateNotEquals: { [SUB]: "tomorrow" } } }],
  [
    "a Boolean that is none, if there is one",
    "Condition",
    { Condition: { BoolIfExists: { "aws:x": "yes" } } },
  ],
  [
    "a number that is none, for all values",
    "Condition",
    { Condition: { "ForAllValues:NumericEquals": { x: "y" } } },
  ],
  ["one ARN pattern of two", "Condition", { Condition: { ArnLike: { [SUB]: ["cart", "arn:*:*:*:*:*"] } } }],
];

describe("a statement that can't be parsed", () => {
  it.each(mayHold)("neither admits for certain nor refuses as Allow: %s", (_name, element, change) => {
    const evaluation = evaluateTrust({ Version: "2012-10-17", Statement: [{ ...good, ...change }] }, call());
    expect(evaluation.verdict).toBe("conditional");
    expect(evaluation.unknownKeys).toHaveLength(1);
    expect(evaluation.statements[0]?.unreadable).toMatchObject([{ element, mayHold: true }]);
  });

  it("refuses as Allow where the readable part rules it out", () => {
    for (const [, , change] of mayHold) {
      const other = { ...good, Action: "sts:TagSession", ...change };
      expect(evaluateTrust({ Version: "2012-10-17", Statement: [other] }, call()).verdict).toBe("deny");
    }
  });

  it.each(broken)("never admits as Allow: %s", (_name, element, change) => {
    const evaluation = evaluateTrust({ Version: "2012-10-17", Statement: [{ ...good, ...change }] }, call());
    expect(evaluation.verdict).toBe("deny");
    expect(evaluation.statements[0]?.unreadable).toMatchObject([{ element }]);
  });

  it.each([...broken, ...mayHold])("may be in force as Deny: %s", (_name, _element, change) => {
    const statements = [good, { ...good, Effect: "Deny", ...change }];
    const evaluation = evaluateTrust({ Version: "2012-10-17", Statement: statements }, call());
    expect(evaluation).toMatchObject({ verdict: "conditional", unknownKeys: [] });
  });

  it("is not in force as Deny where the readable part rules it out", () => {
    const other = { ...good, Effect: "Deny", Action: "sts:TagSession", Condition: { Nonsense: {} } };
    expect(evaluateTrust({ Statement: [good, other] }, call()).verdict).toBe("allow");
  });

  it.each([
    ["an Effect in the wrong case", { ...good, Effect: "allow" }],
    ["a statement that is null", null],
  ])("counts as a Deny that may be in force: %s", (_name, statement) => {
    expect(evaluateTrust({ Statement: [statement] }, call()).verdict).toBe("deny");
    expect(evaluateTrust({ Statement: [good, statement] }, call()).verdict).toBe("conditional");
  });

  it.each([
    ["null", null],
    ["a string", "{}"],
    ["a list", [good]],
    ["an empty object", {}],
    ["Statement null", { Statement: null }],
  ])("makes a document trust nobody: %s", (_name, document) => {
    expect(evaluateTrust(document, call())).toMatchObject({ verdict: "deny", explicit: false });
  });

  it("reads operators and Booleans in whatever case IAM has accepted them", () => {
    const document = policy(
      allow({
        "foranyvalue:stringlikeifexists": { [SUB]: "system:*" },
        bool: { "aws:SecureTransport": "True" },
      }),
    );
    expect(evaluateTrust(document, call()).verdict).toBe("allow");
  });

  it("is reported with what is there", () => {
    const { statements } = evaluateTrust({ Statement: [null, { ...good, Effect: "allow" }] }, call());
    expect(statements.map(({ effect, unreadable }) => ({ effect, unreadable }))).toEqual([
      {
        effect: "unreadable",
        unreadable: [
          { element: "Statement", value: "null" },
          { element: "Effect", value: "nothing" },
          { element: "Principal", value: "nothing" },
          { element: "Action", value: "nothing" },
        ],
      },
      { effect: "unreadable", unreadable: [{ element: "Effect", value: '"allow"' }] },
    ]);
  });

  it("is not there where the document has none", () => {
    expect(evaluateTrust({}, call()).statements).toEqual([]);
  });

  it("minds no Resource, which IAM refuses in a trust policy and emulators let stand", () => {
    for (const element of ["Resource", "NotResource"]) {
      const document = policy(allow(undefined, { [element]: "arn:aws:s3:::x" }));
      expect(evaluateTrust(document, call()).verdict).toBe("allow");
    }
  });

  it("never throws, whatever the JSON", () => {
    const names = [
      "Version",
      "Statement",
      "Effect",
      "Principal",
      "Action",
      "Condition",
      "StringLike",
      "Null",
      SUB,
      "AWS",
    ];
    const json = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: "medium" },
        fc.constantFrom(null, true, 1, "*", "Allow", "Deny", "2012-10-17", "${x", "${*}", "sts:*", "true"),
        fc.string(),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), tie("value"), { maxKeys: 4 }),
      ),
    })).value;
    fc.assert(
      fc.property(json, (document) => {
        expect(["allow", "conditional", "deny"]).toContain(evaluateTrust(document, call()).verdict);
      }),
    );
  });
});
