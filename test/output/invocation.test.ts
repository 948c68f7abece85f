import { afterEach, describe, expect, test, vi } from "vitest";
import { asInvoked, examplesAsInvoked, invocationOf } from "../../src/output/invocation.ts";

describe("irsa that was started as", () => {
  test.each([
    ["/usr/local/bin/irsa", "irsa"],
    ["irsa.exe", "irsa"],
    ["/opt/kubectl-irsa/bin/irsa.cjs", "irsa"],
    ["/usr/local/bin/kubectl-irsa", "kubectl irsa"],
    ["kubectl-irsa", "kubectl irsa"],
    [String.raw`C:\Users\me\.krew\bin\kubectl-irsa.exe`, "kubectl irsa"],
    [String.raw`C:\npm\node_modules\irsa\bin\kubectl-irsa.cjs`, "kubectl irsa"],
    ["kubectl-irsa-other", "irsa"],
    ["", "irsa"],
  ])("%j is called %s", (started, invoked) => {
    expect(invocationOf(started).join(" ")).toBe(invoked);
  });
});

test("only irsa's own commands get the name of the plugin", () => {
  const plugin = invocationOf("kubectl-irsa");
  expect(asInvoked(["irsa", "verify"], plugin)).toEqual(["kubectl", "irsa", "verify"]);
  expect(asInvoked(["aws", "irsa"], plugin)).toEqual(["aws", "irsa"]);
  expect(asInvoked(["--cluster", "irsa"], plugin)).toEqual(["--cluster", "irsa"]);
  expect(asInvoked(["irsa", "verify"], invocationOf("irsa"))).toEqual(["irsa", "verify"]);
});

describe("in JSON", () => {
  const [, started = ""] = process.argv;
  afterEach(() => {
    process.argv[1] = started;
    vi.resetModules();
  });

  test("a command has the name of the plugin in its line and in its words", async () => {
    process.argv[1] = "/usr/local/bin/kubectl-irsa";
    vi.resetModules();
    const { commandJson } = await import("../../src/output/json-forms.ts");
    expect(commandJson(["irsa", "verify"])).toEqual({
      command: "kubectl irsa verify",
      argv: ["kubectl", "irsa", "verify"],
    });
  });
});

describe("in a help", () => {
  test.each([
    ["  irsa verify a/b", "  kubectl irsa verify a/b"],
    ["  syft i | irsa sdk-check -", "  syft i | kubectl irsa sdk-check -"],
    ["  source <(irsa completion bash)", "  source <(kubectl irsa completion bash)"],
    ["  irsa sandbox run -- irsa verify", "  kubectl irsa sandbox run -- kubectl irsa verify"],
    ["roles that irsa manages", "roles that irsa manages"],
    ["  irsa … --approve", "  kubectl irsa … --approve"],
    ["  irsa.sarif", "  irsa.sarif"],
  ])("%j becomes %j", (own, shown) => {
    expect(examplesAsInvoked(own, "kubectl irsa")).toBe(shown);
    expect(examplesAsInvoked(own, "irsa")).toBe(own);
  });
});
