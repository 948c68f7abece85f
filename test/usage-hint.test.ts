import { describe, expect, it } from "vitest";
import { COMMANDS } from "../src/command-list.ts";
import { argumentsOf, buildProgram } from "../src/program.ts";
import { listeningContext } from "./fakes/terminal.ts";

/** @param line words; within one, spaces are no-break spaces */
async function refusalOf(line: string): Promise<string> {
  const args = line.split(" ").map((word) => word.replaceAll("\u00a0", " "));
  const program = await buildProgram(args, listeningContext().context, "0");
  let said = "";
  const command = program.commands.find((one) => one.name() === args[0]) ?? program;
  command.configureOutput({ writeErr: (text) => void (said += text) });
  await expect(program.parseAsync([...argumentsOf(args)], { from: "user" })).rejects.toThrow("error: ");
  return said;
}

describe("a command line that is refused", () => {
  it.each([
    ["create-sa --nam orders", "(Did you mean --name?)"],
    ["apply --file=x", "(there is no --file; did you mean --filename?)"],
    ["update-sa --name orders --add-policy x", "(Did you mean --add-policy-arn?)"],
    ["verify --aprove", "(Did you mean --approve?)"],
    ["verify --verbose", "(--debug prints stack traces of failures, -V the version)"],
    ["get-sa -v", "(--debug prints stack traces of failures, -V the version)"],
  ])("'irsa %s' is answered with %s", async (line, hint) => {
    const lines = (await refusalOf(line)).trimEnd().split("\n");
    expect(lines.at(-2)).toBe(hint);
    expect(lines.at(-1)).toMatch(/^\(irsa \S+ --help shows the flags\)$/);
  });

  it.each([
    ["apply", "--filename is missing: pass -f, --filename <file>"],
    ["audit shop/orders", "too many arguments for audit: expected 0, but got 1"],
    ["verify --xyzzy", "unknown option '--xyzzy'"],
    ["get-sa --cluster", "--cluster needs a value: -c, --cluster <name>"],
    ["create-sa -o yml", "--output 'yml' is not valid; use text, json, yaml"],
    [
      "audit --unused-days 500",
      "--unused-days '500' is not valid; use 1 to 400 days, as far back as IAM reports last use",
    ],
    ["completion", "shell is missing: pass bash, zsh, fish, powershell"],
    ["completion tcsh", "shell 'tcsh' is not valid; use bash, zsh, fish, powershell"],
    ["who-can", "role is missing: pass role ARN or name"],
    [
      "create-sa -o x'\u00a0is\u00a0invalid.\u00a0Allowed\u00a0choices\u00a0are\u00a0curl.",
      "--output 'x' is invalid. Allowed choices are curl.' is not valid; use text, json, yaml",
    ],
  ])("'irsa %s' says: %s", async (line, message) => {
    const said = (await refusalOf(line)).trimEnd().split("\n");
    expect(said).toEqual([
      `error: ${message}`,
      expect.stringMatching(/^\(irsa \S+ --help shows the flags\)$/),
    ]);
  });
});

it.each([
  ["--cluster blue get-sa", "(put flags after the command: irsa COMMAND --cluster …)"],
  ["--verson", "(Did you mean --version?)"],
  ["--verbose", "(--debug prints stack traces of failures, -V the version)"],
  ["-v", "(--debug prints stack traces of failures, -V the version)"],
])("'irsa %s' is answered with %s", async (line, hint) => {
  expect((await refusalOf(line)).trimEnd().split("\n").slice(1)).toEqual([
    hint,
    "(irsa --help lists the commands)",
  ]);
});

it.each(["help verfy", "verfy --help", "--debug verfy --cluster blue", "verfy a/b"])(
  "'irsa %s' names the unknown command, and the one that is meant",
  async (line) => {
    expect((await refusalOf(line)).split("\n").slice(0, 2)).toEqual([
      "error: unknown command 'verfy'",
      "(Did you mean verify?)",
    ]);
  },
);

it.each(["utils foo", "create cluster", "delete sa --cluster blue"])(
  "'irsa %s' is answered with what irsa takes in eksctl syntax",
  async (line) => {
    const [verb = "", noun = ""] = line.split(" ");
    const [first, ...hints] = (await refusalOf(line)).trimEnd().split("\n");
    expect(first).toBe(`error: unknown command '${verb} ${noun}'`);
    expect(hints).toContain(`(irsa ${verb} lists the eksctl commands that irsa has an equivalent for)`);
  },
);

it("takes --debug behind a command too, and shows it once, in the program's help", async () => {
  const program = await buildProgram(["verify"], listeningContext().context, "0");
  const command = program.commands.find((one) => one.name() === "verify");
  expect(command?.parseOptions(["--debug", "a/b"]).unknown).toEqual([]);
  expect(command?.helpInformation()).not.toContain("--debug");
});

it("has every command under a heading of its own, help too", async () => {
  const program = await buildProgram([], listeningContext().context, "0");
  expect(program.helpInformation()).toMatch(/^Other:\n(.+\n)* {2}help /m);
  expect(program.helpInformation()).not.toContain("\nCommands:");
});

it.each(COMMANDS.map(({ name }) => name))(
  "'irsa %s' has its flags under headings if it takes a cluster",
  async (name) => {
    const program = await buildProgram([name], listeningContext().context, "0");
    const help = program.commands.find((one) => one.name() === name)?.helpInformation() ?? "";
    const flags = /^Options:\n((?: .*\n)+)/m.exec(help)?.[1] ?? "";
    expect(help.includes("--cluster <name>") ? flags.split("\n").length : 2).toBe(2);
  },
);
