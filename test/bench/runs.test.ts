import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";

it("npm run bench starts, and measures nothing but the parts that are named", () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/bench.mjs", "none"], {
    encoding: "utf8",
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(/^\d{4}-\d\d-\d\d, \d+ × .*, Node \d+\.\d+\.\d+\.\n$/);
});
