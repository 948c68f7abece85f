import { describe, expect, it } from "vitest";
import type { PolicyDocument, Statement } from "../../../src/model/trust-policy/document.ts";
import { includesAll, permissionsIn, samePermissions } from "../../../src/model/trust-policy/permissions.ts";

const allow = (action: unknown, resource: unknown = "*", more: object = {}): Statement =>
  ({ Effect: "Allow", Action: action, Resource: resource, ...more }) as Statement;
const now = (...statements: readonly Statement[]): PolicyDocument => ({
  Version: "2012-10-17",
  Statement: statements,
});
const under = (value: unknown) => ({ Condition: value });
const TAGGED = under({ Null: { "aws:ResourceTag/x": "false" } });
const HOME = "arn:aws:s3:::home/${aws:username}/*";
const texts = (head: string, count: number) => Array.from({ length: count }, (_, at) => `${head}${at}`);
const split = (actions: readonly string[], resources: readonly string[]) =>
  now(allow(actions.slice(1), resources), allow(actions.slice(0, 1), resources));

const says = (some: readonly PolicyDocument[], one: PolicyDocument) => includesAll(permissionsIn(some), one);

describe("a policy document is said by others", () => {
  it.each<readonly [string, readonly PolicyDocument[], PolicyDocument, boolean]>([
    [
      "but not where one action of a statement is not",
      [now(allow("a:X"))],
      now(allow(["a:X", "a:Y"])),
      false,
    ],
    ["but not where one statement of it is not", [now(allow("a:X"))], now(allow("a:X"), allow("a:Y")), false],
    ["also where they say more", [now(allow(["a:X", "a:Y"]))], now(allow("a:X")), true],
    ["under a condition where they say it always", [now(allow("a:X"))], now(allow("a:X", "*", TAGGED)), true],
    [
      "but not always where they do under a condition",
      [now(allow("a:X", "*", TAGGED))],
      now(allow("a:X")),
      false,
    ],
    [
      "but not under another condition",
      [now(allow("a:X", "*", TAGGED))],
      now(allow("a:X", "*", under({ Null: { "aws:ResourceTag/y": "false" } }))),
      false,
    ],
    ["in any case of the action", [now(allow("A:x"))], now(allow("a:X")), true],
    [
      "without a version as in the older one",
      [{ Statement: allow("a:X", HOME) }],
      { Version: "2008-10-17", Statement: allow("a:X", HOME) },
      true,
    ],
    [
      "but not where a variable is one in the newer version alone",
      [{ Statement: allow("a:X", HOME) }],
      now(allow("a:X", HOME)),
      false,
    ],
  ])("%s", (_how, some, one, expected) => expect(says(some, one)).toBe(expected));

  it.each<readonly [string, Statement, Statement]>([
    ["a further element", allow("a:X", "*", { NotResource: "r" }), allow("a:X")],
    ["an action that is not a text", allow(["a:X", 1]), allow(["a:X", "1"])],
    ["a resource that is not a text", allow("a:X", ["*", 1]), allow("a:X", ["*", "1"])],
    ["only actions that are not texts", allow([1], [1]), allow(["1"], ["1"])],
    ["a condition that is a text", allow("a:X", "*", under("")), allow("a:X")],
    ["a condition that is a list", allow("a:X", "*", under([])), allow("a:X")],
    ["a condition that is nothing", allow("a:X", "*", under(null)), allow("a:X")],
  ])("whole where it has %s", (_what, odd, plain) => {
    expect(says([now(odd)], now(odd))).toBe(true);
    expect(says([now(plain)], now(odd))).toBe(false);
    expect(says([now(odd)], now(plain))).toBe(false);
  });

  it("whole where it has no action or no resource", () => {
    for (const odd of [allow([]), allow("a:X", [])]) {
      expect(says([], now(odd))).toBe(false);
      expect(says([now(odd)], now(odd))).toBe(true);
    }
  });

  it("by its parts up to as many as are distinguished, and whole beyond", () => {
    const [many, more] = [texts("r", 64), texts("r", 65)];
    const actions = texts("a:X", 64);
    expect(says([split(actions, many)], now(allow(actions, many)))).toBe(true);
    expect(says([split(actions, more)], now(allow(actions, more)))).toBe(false);
    expect(says([split(actions, ["*"])], now(allow(actions)))).toBe(true);
  });
});

it("documents say the same only if each of either side is said by the other", () => {
  const [x, y] = [now(allow("a:X")), now(allow("a:Y"))];
  expect(samePermissions([x, y], [y, x])).toBe(true);
  expect(samePermissions([x, y], [x])).toBe(false);
  expect(samePermissions([x], [x, y])).toBe(false);
});
