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
    { requiredKeys: ["Type"] },
  ),
  { minKeys: 1 },
);
const templates = fc
  .tuple(fc.dictionary(fc.constantFrom("Description", "Outputs", "Parameters"), fc.jsonValue()), resources)
  .map(([rest, Resources]) => JSON.stringify({ ...rest, Resources }));

/** A template without what retaining it is to change. */
function rest(text: string): unknown {
  const { Resources, ...others } = JSON.parse(text) as { Resources: Record<string, Record<string, unknown>> };
  const plain = Object.entries(Resources).map(([id, { DeletionPolicy: _, Metadata, ...resource }]) => {
    const { "irsa/retained": __, ...metadata } = (typeof Metadata === "object" ? Metadata : {}) as object & {
      "irsa/retained"?: unknown;
    };
    return [id, { ...resource, metadata }];
  });
  return { ...others, Resources: plain };
}

describe("a template that retains what it made", () => {
  it("retains every resource, and is the same otherwise, in the same order", () => {
    fc.assert(
      fc.property(templates, (text) => {
        const after = withRetainedResources(text);
        expect(retainsAll(readTemplate(after))).toBe(true);
        expect(JSON.stringify(rest(after))).toBe(JSON.stringify(rest(text)));
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

describe("what is no template of eksctl's", () => {
  it.each(["", "Resources:\n  A: !Ref B\n", "[]", "{}", '{"Resources":{}}', '{"Resources":{"A":1}}', "null"])(
    "%j is not read, and retains nothing",
    (text) => {
      expect(readTemplate(text)).toBeUndefined();
      expect(retainsAll(readTemplate(text))).toBe(false);
    },
  );

  it("has transforms", () => {
    const text = JSON.stringify({ Transform: "AWS::Serverless-2016-10-31", Resources: { A: { Type: "x" } } });
    expect(readTemplate(text)).toMatchObject({ isTransformed: true });
  });
});
