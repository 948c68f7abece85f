import { expect, it } from "vitest";
import { runIn } from "../fakes/command-line.ts";
import { AGENT } from "../interruption/cases/agent.ts";

it("associate-agent has the time of every step in one column", async () => {
  const command = AGENT.find(({ name }) => name === "associate-agent");
  if (command === undefined) throw new Error("no such command");
  const { heard } = await runIn(await command.before(), `${command.line} --approve`);
  const steps = heard.err.filter((line) => line.startsWith("  ✓ "));
  expect(steps.map((line) => line.replace(/ +\d.*/, ""))).toEqual([
    "  ✓ EKS installs the add-on",
    "  ✓ The add-on is active",
    "  ✓ eks-pod-identity-agent rolled out",
  ]);
  expect(new Set(steps.map((line) => line.search(/\d+\.\d s/)))).toHaveProperty("size", 1);
});
