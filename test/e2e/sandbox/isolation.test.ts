import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openHostileEnvironment, type HostileEnvironment } from "../hostile-environment.ts";
import { irsa, OWN_COMMAND } from "../irsa.ts";

const run = promisify(execFile);

let hostile: HostileEnvironment;

beforeEach(async () => {
  hostile = await openHostileEnvironment();
});
afterEach(async () => hostile.close());

describe("with everything in the environment leading to production", () => {
  test("irsa demo reaches nothing but loopback", async () => {
    const told = await irsa(["demo"], hostile.variables);
    expect(told).toMatchObject({ code: 0 });
    expect(await hostile.attempts()).toEqual([]);
  });

  test("irsa sandbox run lets its command reach nothing else", async () => {
    const words = [...OWN_COMMAND, "associate-oidc", "--cluster", "sandbox", "--approve"];
    const done = await irsa(["sandbox", "run", "--", ...words], hostile.variables);
    expect(done).toMatchObject({ code: 0 });
    expect(done.stdout).toContain("Caller    arn:aws:iam::111122223333:user/admin");
    expect(await hostile.attempts()).toEqual([]);
  });

  test("and these measures would see it: irsa by itself goes astray there", async () => {
    const astray = await irsa(["associate-oidc", "--cluster", "sandbox"], {
      ...hostile.variables,
      AWS_CA_BUNDLE: "",
    });
    expect(astray.code).toBe(1);
    expect(await hostile.attempts()).not.toEqual([]);
    const straight = ["-e", "require('node:net').connect(443, '192.0.2.1').on('error', () => {})"];
    await run(process.execPath, straight, { env: hostile.variables });
    expect((await hostile.attempts()).join("\n")).toContain("192.0.2.1:443");
  });
});
