import { describe, expect, it } from "vitest";
import type { PolicyDocument, Statement } from "../../../src/model/trust-policy/document.ts";
import { samePermissions } from "../../../src/model/trust-policy/permissions.ts";

const allow = (Action: string | string[], Resource: string | string[] = "*", more: Partial<Statement> = {}) =>
  ({ Effect: "Allow", Action, Resource, ...more }) as const;
const document = (Statement: Statement | Statement[], Version?: string): PolicyDocument => ({
  ...(Version !== undefined && { Version }),
  Statement,
});
const now = (...statements: Statement[]): PolicyDocument => document(statements, "2012-10-17");

const IF_TAGGED = { Condition: { Null: { "aws:ResourceTag/x": "false" } } };
const HOME = "arn:aws:s3:::home/${aws:username}/*";

describe("policy documents that say the same", () => {
  it.each<readonly [string, PolicyDocument[], PolicyDocument[]]>([
    ["in one statement or two", [now(allow(["a:X", "a:Y"]))], [now(allow("a:X"), allow("a:Y"))]],
    ["in one document or two", [now(allow("a:X"), allow("b:X"))], [now(allow("b:X")), now(allow("a:X"))]],
    ["with a Sid or without", [now({ Sid: "One", ...allow("a:X") })], [now(allow("a:X"))]],
    ["in another case of the action", [now(allow("S3:getobject"))], [now(allow("s3:GetObject"))]],
    ["twice", [now(allow("a:X")), now(allow("a:X"))], [now(allow("a:X"))]],
    ["also under a condition", [now(allow("a:X"), allow("a:X", "*", IF_TAGGED))], [now(allow("a:X"))]],
    ["with an empty condition", [now(allow("a:X", "*", { Condition: {} }))], [now(allow("a:X"))]],
    ["of either version, without variables", [document(allow("a:X"))], [now(allow("a:X"))]],
    [
      "by actions and resources split otherwise",
      [now(allow(["a:X", "a:Y"], ["r", "s"]))],
      [now(allow("a:X", ["r", "s"]), allow("a:Y", "r"), allow("a:Y", "s"))],
    ],
    [
      "by all but some actions",
      [now({ Effect: "Allow", NotAction: ["iam:*", "sts:*"], Resource: "*" })],
      [now({ Effect: "Allow", NotAction: ["sts:*", "iam:*"], Resource: ["*"] })],
    ],
  ])("%s", (_, ones, others) => {
    expect(samePermissions(ones, others)).toBe(true);
  });
});

describe("policy documents that don't", () => {
  it.each<readonly [string, PolicyDocument[], PolicyDocument[]]>([
    ["another action", [now(allow("a:X"))], [now(allow("a:Y"))]],
    ["another resource", [now(allow("a:X", "r"))], [now(allow("a:X", "R"))]],
    ["denied", [now(allow("a:X"))], [now({ ...allow("a:X"), Effect: "Deny" })]],
    ["under a condition alone", [now(allow("a:X", "*", IF_TAGGED))], [now(allow("a:X"))]],
    ["more", [now(allow("a:X"))], [now(allow("a:X")), now(allow("a:Y"))]],
    ["nothing", [], [now(allow("a:X"))]],
    [
      "a variable, and the same characters",
      [now(allow("a:X", HOME))],
      [document(allow("a:X", HOME), "2008-10-17")],
    ],
    [
      "all but an action, and that action",
      [now({ Effect: "Allow", NotAction: "a:X", Resource: "*" })],
      [now(allow("a:X"))],
    ],
    ["a wildcard, and one that it takes in", [now(allow("a:*"))], [now(allow("a:X"))]],
  ])("%s", (_, ones, others) => {
    expect(samePermissions(ones, others)).toBe(false);
  });

  it("a statement with too many pairs to be distinguished is compared whole", () => {
    const texts = (head: string) => Array.from({ length: 100 }, (_, at) => `${head}${at}`);
    const [actions, resources] = [texts("a:X"), texts("r")];
    const many = allow(actions, resources);
    expect(samePermissions([now(many)], [now(allow(actions.toReversed(), resources))])).toBe(true);
    expect(samePermissions([now(many)], [now(allow(actions, texts("s")))])).toBe(false);
  });
});
