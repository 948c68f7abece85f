import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { cloudFormation } from "../../src/export/engines/cloudformation.ts";
import { HOSTILE_NAMES } from "../fakes/hostile-names.ts";
import { ownRole } from "../fakes/values.ts";
import { aModel, anAssociation, aRole } from "./a-model.ts";

const allowing = (Resource: string, Condition: Record<string, Record<string, string>> = {}) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow" as const, Action: "s3:GetObject", Resource, Condition }],
});

describe("a template", () => {
  it("gives back what others wrote, whatever it is", () => {
    const names = HOSTILE_NAMES.filter((name) => !/[\uD800-\uDFFF]/u.test(name));
    const role = aRole({
      description: names.join(" "),
      tags: Object.fromEntries(names.map((name) => [name, name])),
      inline: Object.fromEntries(names.map((name) => [name, allowing(name)])),
    });
    const { Resources } = parse(cloudFormation.write(aModel([role])), { version: "1.1" });
    const [first] = Object.values<{ Properties: object }>(Resources);
    expect(first?.Properties).toMatchObject({
      Description: role.description,
      Tags: Object.entries(role.tags).map(([Key, Value]) => ({ Key, Value })),
      Policies: Object.entries(role.inline).map(([PolicyName, PolicyDocument]) => ({
        PolicyName,
        PolicyDocument,
      })),
    });
  });

  it("refers to the role of an association that is in it, and names any other", () => {
    const other = anAssociation({ role: ownRole("other") });
    const write = (resources: Parameters<typeof aModel>[0]) => parse(cloudFormation.write(aModel(resources)));
    const [, association] = Object.values<{ Properties: { RoleArn: unknown } }>(
      write([aRole(), anAssociation()]).Resources,
    );
    expect(association?.Properties.RoleArn).toEqual({
      "Fn::GetAtt": [expect.stringMatching(/^RoleCart/), "Arn"],
    });
    const [alone] = Object.values<{ Properties: { RoleArn: unknown } }>(write([other]).Resources);
    expect(alone?.Properties.RoleArn).toBe(ownRole("other"));
  });

  it.each([
    ["a dynamic reference in a tag", aRole({ tags: { a: "{{resolve:ssm:x}}" } })],
    ["a dynamic reference in a key", aRole({ tags: { "{{resolve:ssm:x}}": "" } })],
    ["a dynamic reference in a session policy", anAssociation({ policy: "{{resolve:secretsmanager:x}}" })],
    ["a Ref in an inline policy", aRole({ inline: { a: allowing("*", { StringEquals: { Ref: "x" } }) } })],
    [
      "a function in an inline policy",
      aRole({ inline: { a: allowing("*", { StringEquals: { "Fn::Sub": "x" } }) } }),
    ],
  ])("can't express %s", (_, resource) => {
    expect(cloudFormation.cannot(aModel([resource]))).toHaveLength(1);
  });

  it("can't have more than 500 resources, or a megabyte", () => {
    const roles = (count: number, size: number) =>
      Array.from({ length: count }, (_, at) =>
        aRole({ name: `r${at}`, arn: ownRole(`r${at}`), inline: { a: allowing("x".repeat(size)) } }),
      );
    expect(cloudFormation.cannot(aModel(roles(500, 1)))).toEqual([]);
    expect(cloudFormation.cannot(aModel(roles(501, 1)))[0]).toContain("501 resources");
    expect(cloudFormation.cannot(aModel(roles(100, 10_240)))[0]).toContain("bytes");
  });
});
