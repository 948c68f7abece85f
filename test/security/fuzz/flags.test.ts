import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommanderError, type Command, type Option } from "commander";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { COMMANDS } from "../../../src/command-list.ts";
import { parseSandboxFlags, type SandboxFlags } from "../../../src/commands/sandbox/options.ts";
import { isFailure } from "../../../src/model/failure.ts";
import { buildProgram } from "../../../src/program.ts";
import { networkOf } from "../../fakes/command-line.ts";
import { listeningContext } from "../../fakes/terminal.ts";
import { CLOUDWATCH } from "../../fakes/values.ts";
import { aWorld, type World } from "../../fakes/world.ts";
import { fileOf } from "../../interruption/files.ts";
import { HOSTILE_TEXTS, RUNS } from "./hostile.ts";

const REACH = ["--cluster", "eks-work-cluster", "--region", "ap-northeast-2"];
const SERVICE_ACCOUNT = ["--namespace", "amazon-cloudwatch", "--name", "cloudwatch-agent"];
const FILE = fileOf(
  "apps.yaml",
  `apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata: { name: eks-work-cluster, region: ap-northeast-2 }
iam: { serviceAccounts: [{ metadata: { name: app, namespace: shop }, attachPolicyARNs: ["${CLOUDWATCH}"] }] }
`,
);

/** A command line for each command that is right, to which one flag is added. */
const LINES: Readonly<Record<string, readonly string[]>> = {
  "associate-oidc": REACH,
  "disassociate-oidc": REACH,
  "associate-agent": REACH,
  "disassociate-agent": REACH,
  "create-sa": [...REACH, ...SERVICE_ACCOUNT, "--policy-arn", CLOUDWATCH],
  "get-sa": REACH,
  "update-sa": [...REACH, ...SERVICE_ACCOUNT, "--tag", "team=a"],
  "delete-sa": [...REACH, ...SERVICE_ACCOUNT],
  adopt: [...REACH, "amazon-cloudwatch/cloudwatch-agent"],
  plan: ["-f", FILE],
  apply: ["-f", FILE],
  export: ["-f", FILE, "--to", "cloudformation"],
  "export in-cluster": [
    "--cluster",
    "arn:aws:eks:eu-west-1:111122223333:cluster/eks-work-cluster",
    "--image",
    "registry.example/irsa:0.1.0",
  ],
  "migrate-pod-identity": [...REACH, "amazon-cloudwatch/cloudwatch-agent"],
  "migrate-trust": [
    "--from",
    "oidc.eks.eu-west-1.amazonaws.com/id/0LD",
    "--to",
    "eks-work-cluster",
    ...REACH.slice(2),
  ],
  "use-sa": [...REACH, ...SERVICE_ACCOUNT, "deployment/agent"],
  "stale-pods": [...REACH, "--restart"],
  policies: [...REACH, "--outdated"],
  verify: [...REACH, "--all", "--fix"],
  "sdk-check": [fileOf("go.mod", "module a\n")],
  audit: REACH,
  watch: [...REACH, "--duration", "1s", "--metrics", "0"],
  "who-can": [...REACH, "arn:aws:iam::111122223333:role/a"],
  "what-can": [...REACH, "amazon-cloudwatch/cloudwatch-agent"],
  narrow: [...REACH, "amazon-cloudwatch/cloudwatch-agent"],
  "move-off-node": [...REACH, "deployment/agent"],
  guardrails: ["--region", "ap-northeast-2"],
  graph: REACH,
  doctor: REACH,
  explain: ["B13"],
  permissions: ["create-sa"],
  completion: ["bash"],
  "completion refresh": ["clusters"],
  version: [],
  "sandbox start": [],
  "sandbox run": ["--", "true"],
};
/** `demo`, `completion values` and `sandbox exec` start processes. `--open` starts a browser. */
const LEFT_OUT = {
  commands: new Set(["demo", "completion values", "sandbox exec"]),
  flags: new Set(["--open", "--help", "--debug"]),
};
/** Where a flag's value may be a file: nobody writes to the tests' stdin. */
const VALUES = HOSTILE_TEXTS.filter((text) => text !== "-" && !text.includes("\u0000"));

/** What every flag and argument is given; of `VALUES` each is given a few. */
const ALWAYS = ["", "__proto__", "constructor", "a\nb", "-1"];

/** A command with its flags: those of the program itself, told by commander. */
interface Leaf {
  readonly words: readonly string[];
  readonly options: readonly Option[];
  readonly takesArguments: boolean;
  readonly approves: boolean;
}

const quiet = () =>
  [vi.spyOn(process.stdout, "write"), vi.spyOn(process.stderr, "write")].map((spy) =>
    spy.mockReturnValue(true),
  );
let folder = "";
let world: World;
const home = process.cwd();
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "irsa-fuzz-flags-"));
  process.chdir(folder);
  vi.stubEnv("KUBECONFIG", "/dev/null");
  vi.stubEnv("XDG_CACHE_HOME", folder);
  world = aWorld()
    .withProvider()
    .withNamespace("shop")
    .withServiceAccount("amazon-cloudwatch/cloudwatch-agent");
  world.withDeployment("amazon-cloudwatch/agent", "cloudwatch-agent");
});
let cases = 0;
afterAll(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
  vi.unstubAllEnvs();
  console.log(
    `fuzz: ${LEAVES.length} commands, ${LEAVES.flatMap(({ options }) => options).length} flags, ${cases} command lines`,
  );
});

const LEAVES = await leaves();

async function leaves(): Promise<readonly Leaf[]> {
  const found: Leaf[] = [];
  for (const { name } of COMMANDS) {
    const program = await buildProgram([name], listeningContext().context, "0.0.0");
    const visit = (command: Command, words: readonly string[]): void => {
      if (LEFT_OUT.commands.has(words.join(" "))) return;
      const options = command.options.filter(({ long }) => !LEFT_OUT.flags.has(long ?? ""));
      if (command.commands.length === 0)
        found.push({
          words,
          options,
          takesArguments: command.registeredArguments.length > 0,
          approves: options.some(({ long }) => long === "--approve"),
        });
      for (const below of command.commands) visit(below, [...words, below.name()]);
    };
    const command = program.commands.find((one) => one.name() === name);
    if (command !== undefined) visit(command, [name]);
  }
  return found;
}

/** A run that has no end. */
const MILLISECONDS = 300_000;

/** Runs a command line; it must end, well or by a failure, and one that is wrong must not write. */
async function endOf(leaf: Leaf, args: readonly string[]): Promise<unknown> {
  cases += 1;
  const own = world.copy();
  const { context } = listeningContext();
  const program = await buildProgram(args, { ...context, network: networkOf(own) }, "0.0.0");
  if (args[0] === "sandbox") parseOnly(program);
  const spies = quiet();
  const ended = program.parseAsync([...args], { from: "user" }).then(
    () => undefined,
    (error: unknown) => error,
  );
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Error>((resolve) => {
    timer = setTimeout(() => resolve(new Error(`no end: ${leaf.words.join(" ")}`)), MILLISECONDS);
  });
  const error = await Promise.race([ended, late]);
  clearTimeout(timer);
  for (const spy of spies) spy.mockRestore();
  if (error === undefined) return undefined;
  if (!isFailure(error) && !(error instanceof CommanderError)) throw error;
  const isInput = !isFailure(error) || error.kind === "input";
  expect(isInput ? own.log.writes : []).toEqual([]);
  return error;
}

/** A sandbox is a process of its own: what can be wrong with its flags shows before it starts. */
function parseOnly(program: Command): void {
  for (const command of program.commands.find((one) => one.name() === "sandbox")?.commands ?? [])
    command.action(() => void parseSandboxFlags(command.opts<SandboxFlags>()));
}

const approve = ({ approves }: Leaf): readonly string[] => (approves ? ["--approve"] : []);
const lineOf = ({ words }: Leaf): readonly string[] => {
  const line = LINES[words.join(" ")];
  if (line === undefined) throw new Error(`no command line for ${words.join(" ")}`);
  return line;
};
/** As `endOf`, for a property, which would judge what comes back. */
async function endsInOrder(leaf: Leaf, args: readonly string[]): Promise<void> {
  await endOf(leaf, args);
}

/** Before what is passed through. */
const withFlag = (leaf: Leaf, flag: readonly string[]): readonly string[] => [
  ...leaf.words,
  ...flag,
  ...approve(leaf),
  ...lineOf(leaf),
];

describe.each(LEAVES.map((leaf) => ({ name: leaf.words.join(" "), leaf })))("$name", ({ leaf }) => {
  const runs = Math.max(3, Math.round(RUNS / 20));

  it("ends well, or refuses what is not wrong by itself, with the line that flags are added to", async () => {
    const error = await endOf(leaf, withFlag(leaf, []));
    expect(isFailure(error) && error.kind === "input" ? error : undefined).toBeUndefined();
    expect(error).not.toBeInstanceOf(CommanderError);
  });

  it("ends in order with every flag, whatever it is given", { timeout: 900_000 }, async () => {
    for (const option of leaf.options) {
      const flag = option.long ?? option.short ?? "";
      if (!option.required && !option.optional) {
        await endsInOrder(leaf, withFlag(leaf, [flag]));
        continue;
      }
      for (const text of ALWAYS) await endsInOrder(leaf, withFlag(leaf, [`${flag}=${text}`]));
      const value = fc.oneof(fc.constantFrom(...VALUES), fc.string({ unit: "binary", maxLength: 20 }));
      await fc.assert(
        fc.asyncProperty(value, fc.boolean(), (text, isOneWord) =>
          endsInOrder(leaf, withFlag(leaf, isOneWord ? [`${flag}=${text}`] : [flag, text])),
        ),
        { numRuns: runs },
      );
    }
  });

  it("ends in order with any argument", { timeout: 900_000 }, async () => {
    for (const text of ALWAYS) await endsInOrder(leaf, [...withFlag(leaf, []), text]);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...VALUES), (text) =>
        endsInOrder(leaf, [...withFlag(leaf, []), text]),
      ),
      { numRuns: runs * 2 },
    );
  });
});
