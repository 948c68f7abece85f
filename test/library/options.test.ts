import { describe, expect, it } from "vitest";
import { apply, audit, plan, verify } from "../../src/library/index.ts";

const CONFIG = { apiVersion: "eksctl.io/v1alpha5" };
const DIGEST = "0123456789abcdef";
const good = { expectPlan: DIGEST, approve: true, config: CONFIG };

/** As JavaScript calls them: the types would refuse most of these. */
const functions: Readonly<Record<string, (options: never) => Promise<unknown>>> = {
  plan,
  apply,
  verify,
  audit,
};

describe("options that are wrong", () => {
  it.each<readonly [name: string, options: unknown, message: string]>([
    ["plan", undefined, "the options must be an object"],
    ["plan", "cluster.yaml", "the options must be an object"],
    ["plan", {}, "one of the options 'files' and 'config' is needed"],
    ["plan", { config: CONFIG, files: ["a.yaml"] }, "one of the options 'files' and 'config' is needed"],
    ["plan", { config: CONFIG, inclde: ["a/*"] }, "inclde is not an option; did you mean 'include'?"],
    ["plan", { config: CONFIG, include: "a/*" }, "include 'a/*' must be a list of strings"],
    ["plan", { files: ["-"] }, "files must be a list of paths; '-' is not one"],
    ["plan", { config: 1 }, "config '1' must be a text or an object"],
    [
      "plan",
      { config: { self: 1n } },
      "config can't be written as JSON: Do not know how to serialize a BigInt",
    ],
    ["plan", { config: CONFIG, way: "podIdentity" }, "way 'podIdentity' must be one of irsa, pod-identity"],
    ["plan", { config: CONFIG, prune: "no" }, "prune 'no' must be true or false"],
    ["plan", { config: CONFIG, constructor: 1 }, "constructor is not an option"],
    [
      "plan",
      { config: CONFIG, credentials: "AKIA:secret" },
      "credentials must be credentials or a provider of them",
    ],
    ["plan", { config: CONFIG, signal: {} }, "signal must be an AbortSignal"],
    ["apply", { config: CONFIG, approve: true }, "expectPlan is missing: it must be a string"],
    ["apply", { config: CONFIG, expectPlan: DIGEST }, "approve is missing: it must be true"],
    ["apply", { ...good, approve: false }, "approve 'false' must be true"],
    ["apply", { ...good, approve: "yes" }, "approve 'yes' must be true"],
    ["apply", { ...good, expectPlan: "" }, "--expect-plan '' is not a plan digest"],
    ["apply", { ...good, expectPlan: "0123" }, "--expect-plan '0123' is not a plan digest"],
    ["verify", { all: true }, "cluster is missing: it must be a string"],
    ["verify", { cluster: "c" }, "subject is missing: pass NAMESPACE/NAME"],
    ["verify", { cluster: "c", all: true, fix: true }, "fix is not an option"],
    ["audit", {}, "clusters is missing: it must be a list of strings, one or more"],
    ["audit", { clusters: [] }, "clusters must be a list of strings, one or more"],
    ["audit", { clusters: ["c"], severity: "all" }, "severity 'all' must be one of "],
    ["audit", { clusters: ["c"], unusedDays: 0 }, "unusedDays '0' must be 1 to 400"],
  ])("%s: %s", async (name, options, message) => {
    const error = await functions[name]?.(options as never).catch((failed: unknown) => failed);
    expect(error).toMatchObject({
      name: "IrsaError",
      code: "invalid-input",
      kind: "input",
      message: expect.stringContaining(message),
      mayHaveWritten: false,
    });
  });

  it("are all told together", async () => {
    const error = await plan({ files: [], onlyMissing: 1, extra: 2 } as never).catch(
      (failed: unknown) => failed,
    );
    expect(error).toMatchObject({
      message: "2 invalid values",
      facts: [{ label: "onlyMissing" }, { label: "extra" }],
    });
  });
});
