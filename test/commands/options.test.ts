import { describe, expect, it } from "vitest";
import { buildProgram, mayWrite } from "../../src/program.ts";
import { listeningContext } from "../fakes/terminal.ts";
import { gather } from "../../src/commands/shared/session/options.ts";

const { context } = listeningContext();

describe("a flag that may be given again, and with commas", () => {
  it.each([
    [["a"], ["a"]],
    [
      ["a,b", "c"],
      ["a", "b", "c"],
    ],
    [
      [" a , b ,", ",c"],
      ["a", "b", "c"],
    ],
    [[""], []],
  ])("%j", (given, values) => {
    expect(given.reduce((before: string[], value) => gather(value, before), [])).toEqual(values);
  });
});

describe("--expect-plan", () => {
  const given = async (digest: string) => {
    const program = await buildProgram(["associate-oidc"], context, "0");
    const option = program.commands
      .find((command) => command.name() === "associate-oidc")
      ?.options.find(({ long }) => long === "--expect-plan");
    return option?.parseArg?.(digest, undefined);
  };

  it.each(["7f3a9c12be01d4aa", "7F3A9C12BE01D4AA", "0".repeat(64)])("takes %s", async (digest) => {
    expect(await given(digest)).toBe(digest);
  });

  it.each(["7f3a9c12", "7f3a9c12be01d4a", "", "0".repeat(65), "7f3a9c12be01d4ag"])(
    "refuses '%s' as input: 64 bits are needed",
    async (digest) => {
      await expect(given(digest)).rejects.toMatchObject({ kind: "input", code: "invalid-input" });
    },
  );
});

/** Commands whose plans have no policy documents, and those that exit with 3 for what they find, whatever the plan. */
const WITHOUT = {
  "--show-documents": [
    "associate-agent",
    "associate-oidc",
    "disassociate-agent",
    "disassociate-oidc",
    "stale-pods",
    "use-sa",
  ],
  "--exit-code": ["stale-pods", "verify"],
};

const optionsOf = async (name: string) =>
  (await buildProgram([name], context, "0")).commands
    .find((command) => command.name() === name)
    ?.options.map(({ long }) => long);
const NAMES = (await buildProgram([], context, "0")).commands.map((command) => command.name());

describe("the flags of a plan", () => {
  it.each(NAMES)("%s has those that mean something, and no others", async (name) => {
    const options = (await optionsOf(name)) ?? [];
    const writes = [[name], [name, "--fix"], [name, "--restart"]].some(mayWrite);
    expect(options.includes("--approve")).toBe(writes);
    expect(options.includes("--expect-plan")).toBe(writes);
    if (!writes) return;
    for (const [flag, without] of Object.entries(WITHOUT))
      expect(options.includes(flag), flag).toBe(!without.includes(name));
  });
});
