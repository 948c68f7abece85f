import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { writeAnswer } from "../../src/commands/shared/answer-file.ts";
import { handOut, keepSecret } from "../../src/model/secrets.ts";

const SECRET = "an-answer-with-this-token-0123456789";
const folder = mkdtempSync(join(tmpdir(), "irsa-answer-file-"));
afterAll(() => {
  handOut(SECRET);
  rmSync(folder, { recursive: true });
});

it("what is written to a file has no known secret in it, as what is printed has none", async () => {
  keepSecret(SECRET);
  const path = join(folder, "page.html");
  await writeAnswer(path, `<p>${SECRET}</p>\n`);
  expect(readFileSync(path, "utf8")).toBe("<p>[secret]</p>\n");
});
