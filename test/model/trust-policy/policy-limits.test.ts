import { describe, expect, it } from "vitest";
import { LIMITS } from "../../../src/model/limits.ts";
import { checkPolicyDocument } from "../../../src/model/trust-policy/check.ts";
import { decodePolicyDocument, parsePolicyDocument } from "../../../src/model/trust-policy/parse.ts";
import { placeholdersIn } from "../../../src/model/trust-policy/placeholders.ts";
import { shown } from "../../../src/model/trust-policy/shape.ts";

/** A document of exactly this length. */
function ofLength(length: number): string {
  const text = JSON.stringify({ Version: "2012-10-17", Statement: [] });
  return text + " ".repeat(length - text.length);
}

describe("a policy document of more characters than IAM's can have", () => {
  it("is not parsed", () => {
    const problems = (length: number) => {
      const parsed = parsePolicyDocument(ofLength(length), "trust");
      return parsed.ok ? [] : parsed.problems.map(({ path, message }) => `${path} ${message}`);
    };
    expect(problems(LIMITS.policyBytes).join()).not.toContain("larger");
    expect(problems(LIMITS.policyBytes + 1)).toEqual([expect.stringMatching(/^ .*larger/) as string]);
  });

  it("is not decoded, with three characters for one", () => {
    const most = 3 * LIMITS.policyBytes;
    expect(decodePolicyDocument(ofLength(most))).toMatchObject({ Statement: [] });
    expect(() => decodePolicyDocument(ofLength(most + 1))).toThrow(/larger/);
  });

  it("is told to be no object where it is none", () => {
    expect(() => decodePolicyDocument("[]")).toThrow(/object/);
    expect(checkPolicyDocument([], "trust")).toEqual([
      { path: "", message: expect.stringContaining("object") as string },
    ]);
  });
});

it.each([
  [[], "[]"],
  [["x"], "a list"],
  [{}, "{}"],
  [{ a: 1 }, "an object"],
  ["x", '"x"'],
  [1, "1"],
  [null, "null"],
  [undefined, "nothing"],
])("a value is shown: %j", (value, expected) => expect(shown(value)).toBe(expected));

it("what a command of the AWS CLI printed is one problem of the whole document", () => {
  const problems = checkPolicyDocument({ PolicyVersion: { Document: {} } }, "identity");
  expect(problems).toEqual([{ path: "", message: expect.stringContaining("get-policy-version") as string }]);
});

it("an Id that is not a text is shown", () => {
  const problems = checkPolicyDocument({ Version: "2012-10-17", Id: 1, Statement: [] }, "trust");
  expect(problems.find(({ path }) => path === "Id")?.message).toMatch(/string, not 1$/);
});

it("a placeholder that comes twice is reported once, where it comes first", () => {
  expect(placeholdersIn({ a: "<x>", b: ["<y> <x>"], c: "<y>" })).toEqual([
    { path: "a", text: "<x>" },
    { path: "b[0]", text: "<y>" },
  ]);
});
