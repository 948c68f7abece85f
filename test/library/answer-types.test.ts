import { describe, expect, it } from "vitest";
import { answerTypes, partTypes } from "./answer-types.ts";

describe("the types of the library's answers are those of the JSON Schemas (npm run docs:library writes them)", () => {
  it.each([
    ["answers.ts", answerTypes],
    ["answer-parts.ts", partTypes],
  ])("%s", async (file, written) => {
    await expect(written()).toMatchFileSnapshot(`../../src/library/${file}`);
  });
});
