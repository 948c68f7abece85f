import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { openHostileEnvironment } from "../hostile-environment.ts";

const PROJECT = fileURLToPath(new URL("../../..", import.meta.url));

test("with everything in the environment leading to production, the tests reach nothing but loopback", async () => {
  const hostile = await openHostileEnvironment();
  try {
    const args = [
      "node_modules/vitest/vitest.mjs",
      "run",
      "--project",
      "sandbox",
      "test/e2e/both/story.test.ts",
    ];
    const options = { cwd: PROJECT, env: hostile.variables };
    const { stdout } = await promisify(execFile)(process.execPath, args, options);
    expect(stdout).toContain("1 passed");
    expect(await hostile.attempts()).toEqual([]);
  } finally {
    await hostile.close();
  }
});
