import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { yamlText } from "../../src/output/yaml.ts";

describe("a text that YAML 1.1 takes for more than a text", () => {
  it.each(["<<", "="])("%s is in quotes, as a value and as a key", (text) => {
    expect(yamlText({ a: text, b: [text], [text]: { c: "d" } }, "1.1")).toBe(
      `a: "${text}"\nb:\n  - "${text}"\n"${text}":\n  c: d\n`,
    );
  });

  it.each(["<<", "=", "yes", "n", "1:30", "012", "1_000", "2001-01-01", "~", ".inf"])(
    "%s is given back by readers of either version",
    (text) => {
      for (const version of ["1.1", "1.2"] as const)
        expect(parse(yamlText({ [text]: [text] }, version), { version })).toEqual({ [text]: [text] });
    },
  );

  it.each([["x<<"], ["a=b"], ["<"], ["=="]])("%s needs no quotes", (text) => {
    expect(yamlText({ a: text }, "1.1")).toBe(`a: ${text}\n`);
  });
});
