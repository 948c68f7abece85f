import { describe, expect, it } from "vitest";
import { parsePolicyDocument } from "../../../src/model/trust-policy/parse.ts";

const DOCUMENT = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }] };

const problemsOf = (value: unknown): readonly string[] => {
  const parsed = parsePolicyDocument(JSON.stringify(value), "identity");
  return parsed.ok ? [] : parsed.problems.map(({ message }) => message);
};

describe("the output of the AWS CLI instead of the document in it is recognized", () => {
  it.each([
    [
      "get-policy-version",
      { PolicyVersion: { Document: DOCUMENT, VersionId: "v1" } },
      ".PolicyVersion.Document",
    ],
    ["get-policy-version", { PolicyVersion: { Document: "%7B%7D" } }, ".PolicyVersion.Document"],
    ["get-role-policy", { RoleName: "a", PolicyName: "b", PolicyDocument: DOCUMENT }, ".PolicyDocument"],
    [
      "get-role",
      { Role: { Arn: "x", AssumeRolePolicyDocument: DOCUMENT } },
      ".Role.AssumeRolePolicyDocument",
    ],
    ["get-policy", { Policy: { Arn: "x", DefaultVersionId: "v1" } }, ".PolicyVersion.Document"],
  ])("%s", (command, value, use) => {
    const [message, ...more] = problemsOf(value);
    expect(more).toEqual([]);
    expect(message).toContain(`is the output of ${command} of the AWS CLI`);
    expect(message).toContain(`use ${use}`);
  });

  it("and nothing else is", () => {
    expect(problemsOf(DOCUMENT)).toEqual([]);
    expect(problemsOf({ PolicyVersion: {} }).join()).not.toContain("AWS CLI");
    expect(problemsOf({ ...DOCUMENT, PolicyDocument: {} }).join()).not.toContain("AWS CLI");
  });
});

it("what is not JSON is told by its line and column", () => {
  const parsed = parsePolicyDocument('{\n  "Version": "2012-10-17",\n}', "identity");
  expect(parsed).toMatchObject({
    ok: false,
    problems: [{ message: "is not valid JSON (line 3, column 1)" }],
  });
});
