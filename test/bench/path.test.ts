import { describe, expect, test } from "vitest";
import { longestChain, nameOf, repeatedReads, type Call } from "../../bench/path.ts";

function call(action: string, started: number, ended: number, more: Partial<Call> = {}): Call {
  return { service: "iam", action, parameters: {}, started, ended, write: false, ...more };
}

describe("the longest chain", () => {
  test.each<[what: string, calls: Call[], chain: string[]]>([
    ["of no calls is empty", [], []],
    [
      "of calls in a row has them all",
      [call("a", 0, 10), call("b", 10, 20), call("c", 21, 30)],
      ["a", "b", "c"],
    ],
    ["of calls at once has one", [call("a", 0, 10), call("b", 1, 11), call("c", 9, 20)], ["a"]],
    [
      "goes through those that wait for others, whatever order they are told in",
      [call("c", 20, 30), call("b", 1, 12), call("a", 0, 10), call("d", 21, 31), call("e", 31, 40)],
      ["a", "c", "e"],
    ],
  ])("%s", (_, calls, chain) => {
    expect(longestChain(calls).map(({ action }) => action)).toEqual(chain);
  });
});

test("a read is repeated when all of it is the same; writes don't count", () => {
  const role = { parameters: { RoleName: "r" } };
  const calls = [
    call("GetRole", 0, 1, role),
    call("GetRole", 1, 2, { parameters: { RoleName: "other" } }),
    call("CreateRole", 2, 3, { ...role, write: true }),
    call("CreateRole", 3, 4, { ...role, write: true }),
    call("GetRole", 5, 6, role),
  ];
  expect(repeatedReads(calls)).toEqual(['iam:GetRole  {"RoleName":"r"}']);
  expect(calls.slice(0, 1).map(nameOf)).toEqual(["iam:GetRole"]);
});
