import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { EXIT_CODE_TEXTS } from "../../src/model/exit-codes.ts";

it("docs/exit-codes.md has the meanings that irsa explain prints", () => {
  const rows = EXIT_CODE_TEXTS.map(
    ({ codes, meaning }) => `| ${codes.join(", ")} | ${meaning.replaceAll("|", String.raw`\|`)} |`,
  );
  const page = readFileSync("docs/exit-codes.md", "utf8");
  expect(page.split("\n").filter((line) => /^\| \d/.test(line))).toEqual(rows);
});
