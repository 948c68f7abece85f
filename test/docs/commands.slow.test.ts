import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test("docs/commands.md is what the commands' help says", async () => {
  const checked = promisify(execFile)(process.execPath, ["scripts/commands-doc.mjs", "--check"]);
  await expect(checked).resolves.toMatchObject({ stderr: "" });
});
