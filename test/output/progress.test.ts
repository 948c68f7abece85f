import { expect, it } from "vitest";
import { during, progressOn } from "../../src/output/progress.ts";
import { talkingToStderr } from "../../src/output/terminal.ts";
import { listeningContext } from "../fakes/terminal.ts";

it("without a terminal, only what is done is told, a line each, on stderr", () => {
  const { context, heard } = listeningContext();
  const progress = progressOn(context.terminal);
  progress.begin("creating the role");
  progress.update("still creating");
  progress.succeed("role created", 1234, "second try");
  progress.fail("attaching x: denied");
  progress.stop();
  expect(heard.err).toEqual([
    `  ✓ ${"role created".padEnd(36)} 1.2 s   (second try)`,
    "  ✗ attaching x: denied",
  ]);
  expect(heard.out).toEqual([]);
});

it("what is waited for comes back, and its failure too", async () => {
  const { context, heard } = listeningContext();
  expect(await during(context.terminal, "reading", Promise.resolve(7))).toBe(7);
  await expect(during(context.terminal, "reading", Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(heard.err).toEqual([]);
});

it("with an answer for machines, the whole conversation goes to stderr", () => {
  const { context, heard } = listeningContext();
  talkingToStderr(context.terminal).print("the plan");
  expect(heard).toMatchObject({ out: [], err: ["the plan"] });
});
