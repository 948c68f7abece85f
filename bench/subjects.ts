import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import type { Command } from "./measure.ts";
import type { BenchSandbox } from "./sandbox.ts";

/** What is measured. */
export interface Subject {
  readonly name: string;
  /** The command of the next run. */
  readonly command: () => Command;
  /** Makes room for the next run. */
  readonly prepare: () => Promise<void>;
}

const NODE = process.execPath;

/** The built command line. */
export const IRSA: readonly string[] = [NODE, "bin/irsa.cjs"];

const ENV = { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "" };

const nothing = async (): Promise<void> => undefined;

function simple(name: string, words: readonly string[]): Subject {
  return { name, command: () => ({ words, env: ENV }), prepare: nothing };
}

/** Node by itself: what everything else is compared with. */
export const BARE: Subject = simple("node -e 0", [NODE, "-e", "0"]);

/** The standalone binary: that of IRSA_BINARY, or the one that `npm run packages` made; nothing where there is none. */
export const BINARY: readonly string[] = installedAs(process.env["IRSA_BINARY"] ?? builtBinary());

/** What calls nobody. */
export const STARTS: readonly Subject[] = [
  BARE,
  simple("irsa --version", [...IRSA, "--version"]),
  simple("irsa --help", [...IRSA, "--help"]),
  ...BINARY.map((path) => simple("irsa --help (binary)", [path, "--help"])),
];

/** The main job's commands in that sandbox, each time with all to do: the provider is gone again, the ServiceAccount is a new one. */
export function jobsIn(sandbox: BenchSandbox): readonly Subject[] {
  return jobsOf(IRSA, sandbox);
}

/** The same of irsa as these words start it. */
export function jobsOf(irsa: readonly string[], { env, forgetProvider }: BenchSandbox): readonly Subject[] {
  let serviceAccounts = 0;
  const create = (...flags: readonly string[]): Command => {
    const serviceAccount = ["-n", `bench-${(serviceAccounts += 1)}`, "--name", "reader"];
    const policy = ["--policy-arn", "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"];
    return {
      words: [
        ...irsa,
        "create-sa",
        "--cluster",
        "bench",
        ...serviceAccount,
        ...policy,
        "--approve",
        ...flags,
      ],
      env,
    };
  };
  const associate = { words: [...irsa, "associate-oidc", "--cluster", "bench", "--approve"], env };
  return [
    { name: "irsa associate-oidc", command: () => associate, prepare: forgetProvider },
    { name: "irsa create-sa --no-wait", command: () => create("--no-wait"), prepare: nothing },
    { name: "irsa create-sa", command: () => create(), prepare: nothing },
  ];
}

/** The field's tools, where they are installed; asked for their version, as they would need a real ServiceAccount to do more. */
export function installedTools(): readonly Subject[] {
  const tools = [
    ["kubectl", "--help"],
    ["kubectl", "version", "--client"],
    ["aws", "--version"],
    ["eksctl", "version"],
  ];
  return tools
    .filter(([program = ""]) => isInstalled(program))
    .map((words) => simple(words.join(" "), words));
}

/** The program where it is installed; nothing where it is not. */
export function installedAs(program: string): readonly string[] {
  return isInstalled(program) ? [program] : [];
}

function builtBinary(): string {
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  const path = `packed/${process.platform}-${arch}/irsa`;
  return existsSync(path) ? path : "irsa-is-not-built";
}

function isInstalled(program: string): boolean {
  try {
    execFileSync("sh", ["-c", 'command -v "$0"', program]);
    return true;
  } catch {
    return false;
  }
}
