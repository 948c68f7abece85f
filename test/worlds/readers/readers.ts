import { execFile } from "node:child_process";
import { buildHclReader } from "../hcl/build.ts";
import { openNursery } from "../process.ts";
import { installReaders } from "./install.ts";

/** How a program ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A block of HCL; an attribute that refers to another resource is `{ expression }`. */
export interface HclBlock {
  readonly type: string;
  readonly labels: readonly string[];
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly blocks: readonly HclBlock[];
}

/** Others' readers of exported texts. */
export interface Readers {
  /** cfn-lint's findings; code 0 if there are none. */
  readonly lintTemplate: (text: string) => Promise<Ended>;
  /** The documents of each text by PyYAML, a reader of YAML 1.1. */
  readonly readYaml: (texts: readonly string[]) => Promise<readonly (readonly unknown[])[]>;
  /** The blocks of each text by HashiCorp's parser. */
  readonly readHcl: (texts: readonly string[]) => Promise<readonly (readonly HclBlock[])[]>;
}

// Installed scripts name the folder that they were made in, and cfn-lint can't be run as a module.
const LINT = "import sys; from cfnlint.runner import main; sys.argv[0] = 'cfn-lint'; sys.exit(main())";
const YAML =
  "import sys, json, yaml; print(json.dumps([list(yaml.safe_load_all(text)) for text in json.load(sys.stdin)], default=str))";

/** The readers, installed on first use. */
export async function openReaders(): Promise<Readers> {
  const nursery = await openNursery(0);
  const [python, hcl] = await Promise.all([installReaders(nursery), buildHclReader()]);
  await nursery.close();
  return {
    lintTemplate: (text) => runProgram(python, ["-c", LINT, "--format", "parseable"], text),
    readYaml: async (texts) =>
      JSON.parse(await answered(runProgram(python, ["-c", YAML], JSON.stringify(texts)))),
    readHcl: async (texts) => {
      const answers: { error?: string; blocks: readonly HclBlock[] }[] = JSON.parse(
        await answered(runProgram(hcl, [], JSON.stringify(texts))),
      );
      return answers.map(({ error, blocks }) => {
        if (error !== undefined) throw new Error(error);
        return blocks;
      });
    },
  };
}

async function answered(running: Promise<Ended>): Promise<string> {
  const { code, stdout, stderr } = await running;
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

/** Runs a program with this input; never rejects on an exit code. */
export function runProgram(program: string, args: readonly string[], input: string): Promise<Ended> {
  return runProgramIn({ PYTHONUTF8: "1", PATH: process.env["PATH"] ?? "" }, program, args, input);
}

/** The same in an environment. */
export function runProgramIn(
  env: Readonly<Record<string, string>>,
  program: string,
  args: readonly string[],
  input = "",
): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { env, timeout: 300_000, maxBuffer: 2 ** 27 };
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({ code, stdout, stderr });
    });
    child.stdin?.end(input);
  });
}
