import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { irsa } from "../irsa.ts";
import { describePodCredentials } from "../pod-credentials.ts";
import { cleanEnvironment } from "../../worlds/environment.ts";
import { tmpdir } from "node:os";

const APPLICATION = fileURLToPath(new URL("../sdk-identity.mjs", import.meta.url));

describePodCredentials("the AWS SDK for JavaScript", async () => [process.execPath, APPLICATION]);

describe("sandbox exec", () => {
  it.each([
    ["outside of a sandbox", {}],
    ["with another endpoint than a sandbox's", { AWS_ENDPOINT_URL: "https://sts.amazonaws.com" }],
    ["with a sandbox that has ended", { AWS_ENDPOINT_URL: "http://127.0.0.1:1" }],
  ])("refuses to run %s", async (_where, variables) => {
    const environment = { ...cleanEnvironment(tmpdir()), IRSA_SANDBOX_TOKEN: "token", ...variables };
    const kubeconfig = fileURLToPath(new URL("../fixtures/elsewhere.kubeconfig", import.meta.url));
    const run = irsa(["sandbox", "exec", "a/b", "--", "true"], { ...environment, KUBECONFIG: kubeconfig });
    expect(await run).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("this is not the environment of a running sandbox") as string,
    });
  });

  it.each([
    ["a ServiceAccount's name", ["app", "--", "true"], "is not a valid ServiceAccount; use NAMESPACE/NAME"],
    ["a command that is missing", ["a/b", "--"], "requires a command"],
  ])("says what is wrong with %s", async (_what, args, message) => {
    const run = irsa(["sandbox", "exec", ...args], cleanEnvironment(tmpdir()));
    expect(await run).toMatchObject({ code: 2, stderr: expect.stringContaining(message) as string });
  });
});
