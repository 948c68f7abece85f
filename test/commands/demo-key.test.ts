import { expect, it } from "vitest";
import { keyMeaning } from "../../src/commands/demo/key.ts";

it.each([
  ["\r", "next"],
  [" ", "next"],
  ["q", "leave"],
  ["Q", "leave"],
  ["\u0004", "leave"],
  ["\u001B", "leave"],
  ["\u001B[B", "next"],
  ["\u0003", "interrupt"],
  ["\r\u0003", "interrupt"],
])("between two scenes %j means: %s", (keys, meaning) => {
  expect(keyMeaning(keys)).toBe(meaning);
});
