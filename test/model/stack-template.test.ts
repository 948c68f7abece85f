import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readTemplate, retainsAll, withRetainedResources } from "../../src/model/stack-template.ts";

const resources = fc.dictionary(
  fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,9}$/),
  fc.record(
    {
      Type: fc.constantFrom("AWS::IAM::Role", "AWS::IAM::Policy"),
      Properties: fc.jsonValue(),
      DeletionPolicy: fc.constantFrom("Delete", "Retain", "RetainExceptOnCreate", 7),
      Metadata: fc.oneof(fc.constant("text"), fc.dictionary(fc.string(), fc.jsonValue())),
    },
    { requiredKeys: ["Type", "Metadata"] },
  ),
  { minKeys: 1 },
);
const templates = fc
  .tuple(fc.dictionary(fc.constantFrom("Description", "Outputs", "Parameters"), fc.jsonValue()), resources)
  .map(([rest, Resources]) => JSON.stringify({ ...rest, Resources }));

/** A template without what retaining it is to change. */
function rest(text: string): string {
  return JSON.stringify(JSON.parse(text), (key, value: unknown) => {
    if (key === "DeletionPolicy" || key === "irsa/retained") return undefined;
    return key === "Metadata" && typeof value !== "object" ? {} : value;
  });
}

describe("a template that retains what it made", () => {
  it("retains every resource, and is the same otherwise, in the same order", () => {
    fc.assert(
      fc.property(templates, (text) => {
        const after = withRetainedResources(text);
        expect(retainsAll(readTemplate(after))).toBe(true);
        expect(rest(after)).toBe(rest(text));
        expect(withRetainedResources(after)).toBe(after);
      }),
    );
  });

  it("says of each resource something that CloudFormation takes for a change", () => {
    const text = JSON.stringify({ Resources: { A: { Type: "AWS::IAM::Role", Metadata: { own: 1 } } } });
    expect(JSON.parse(withRetainedResources(text))).toEqual({
      Resources: {
        A: {
          Type: "AWS::IAM::Role",
          Metadata: { own: 1, "irsa/retained": "true" },
          DeletionPolicy: "Retain",
        },
      },
    });
  });
});

describe("what is not a template of eksctl's", () => {
  it.each(["", "Resources:\n  A: !Ref B\n", "[]", "{}", '{"Resources":{}}', '{"Resources":{"A":1}}', "null"])(
    "%j is not read, and retains nothing",
    (text) => {
      expect(readTemplate(text)).toBeUndefined();
      expect(retainsAll(readTemplate(text))).toBe(false);
    },
  );

  const role = (properties: object) => ({ A: { Type: "AWS::IAM::Role", Properties: properties } });

  it.each([
    { Transform: "AWS::Serverless-2016-10-31", Resources: role({}) },
    { Resources: role({ Path: { "Fn::Transform": { Name: "AWS::Include" } } }) },
    { Resources: role({ ManagedPolicyArns: ["{{resolve:ssm:/team/policy}}"] }) },
    {
      Resources: role({ RoleName: { Ref: "P" } }),
      Parameters: { P: { Type: "AWS::SSM::Parameter::Value<String>" } },
    },
  ])("takes in what stands elsewhere: %j", (template) =>
    expect(readTemplate(JSON.stringify(template))).toMatchObject({ isTransformed: true }),
  );

  it("takes in nothing where it speaks of transforms and parameters of its own", () => {
    const own = { Description: "Transform, resolve:", Parameters: { P: { Type: "String" } } };
    const text = JSON.stringify({ ...own, Resources: role({ RoleName: { "Fn::Sub": "${P}-x" } }) });
    expect(readTemplate(text)).toMatchObject({ isTransformed: false });
  });
});
