import { describe, expect, it } from "vitest";
import { gather } from "../../src/commands/session/options.ts";

describe("a flag that may be given again, and with commas", () => {
  it.each([
    [["a"], ["a"]],
    [
      ["a,b", "c"],
      ["a", "b", "c"],
    ],
    [
      [" a , b ,", ",c"],
      ["a", "b", "c"],
    ],
    [[""], []],
  ])("%j", (given, values) => {
    expect(given.reduce((before: string[], value) => gather(value, before), [])).toEqual(values);
  });
});
