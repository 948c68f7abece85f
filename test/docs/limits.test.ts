import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { LIMITS, sizeText } from "../../src/model/limits.ts";

const DOC = readFileSync(new URL("../../docs/limits.md", import.meta.url), "utf8");

it.each(Object.entries(LIMITS))("docs/limits.md says what %s is", (name, value) => {
  const text = name.endsWith("Bytes")
    ? sizeText(value)
    : name.endsWith("illiseconds")
      ? `${value / 1000} s`
      : value.toLocaleString("en-US");
  expect(DOC).toContain(text);
});
