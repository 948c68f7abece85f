import { describe, expect, it } from "vitest";
import { runIn } from "../fakes/command-line.ts";
import { buildProgram } from "../../src/program.ts";
import { listeningContext } from "../fakes/terminal.ts";
import { aWorld } from "../fakes/world.ts";
import { fileOf } from "../interruption/files.ts";

const ON = "--cluster eks-work-cluster --region ap-northeast-2";
const told = async (line: string) => {
  const { heard, failure } = await runIn(aWorld(), `${line} ${ON}`);
  return { failure, out: heard.out.join("\n"), err: heard.err.join("\n") };
};

it.each(["-y", "--yes", "--approve"])("associate-oidc %s applies the plan", async (flag) => {
  expect((await told(`associate-oidc ${flag}`)).out).toContain("Registered: ");
});

it("--dry-run shows the plan and applies nothing", async () => {
  const { out } = await told("associate-oidc --dry-run");
  expect(out).toContain("No changes made.");
  expect(out).toBe((await told("associate-oidc")).out);
});

describe("contradictory flags are refused", () => {
  it.each(["--dry-run --approve", "--dry-run -y", "--yes --dry-run"])("%s", async (flags) => {
    const args = ["associate-oidc", ...flags.split(" ")];
    const program = await buildProgram(args, listeningContext().context, "0");
    await expect(program.parseAsync(args, { from: "user" })).rejects.toThrow("cannot be used with");
  });
});

it.each(["-q get-sa -n none", "get-sa -q -n none", "get-sa -n none --quiet"])(
  "%s says nothing",
  async (line) => {
    expect((await told("get-sa -n none")).err).toContain("No ServiceAccounts");
    expect(await told(line)).toEqual({ failure: undefined, out: "", err: "" });
  },
);

const manifest = fileOf("on-screen.yaml", {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { namespace: "shop", name: "web" },
  spec: { template: { spec: { serviceAccountName: "old", containers: [{ name: "web", image: "web" }] } } },
});

it.each([true, false])(
  "use-sa -f prints the file unless it would bury the diff (on a screen: %s)",
  async (on) => {
    const { context, heard } = listeningContext();
    const args = ["use-sa", "shop/cart", "-f", manifest];
    const terminal = { ...context.terminal, answersOnScreen: on };
    await (await buildProgram(args, { ...context, terminal }, "0")).parseAsync(args, { from: "user" });
    expect(heard.err.join("\n")).toMatch(/\+.*"serviceAccountName":"cart"/);
    expect(heard.err.join("\n").includes("Re-run with --in-place")).toBe(on);
    expect(heard.written.join("").includes('"serviceAccountName":"cart"')).toBe(!on);
  },
);
