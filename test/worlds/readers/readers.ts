import { execFile } from "node:child_process";
import { openNursery } from "../process.ts";
import { installReaders } from "./install.ts";

/** How a reader ended. */
export interface Read {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Others' readers of exported texts. */
export interface Readers {
  /** cfn-lint's findings; code 0 if there are none. */
  readonly lintTemplate: (text: string) => Promise<Read>;
  /** The value of a template or manifest by PyYAML, a reader of YAML 1.1, with CloudFormation's tags left out. */
  readonly readYaml: (text: string) => Promise<unknown>;
  /** The blocks of HCL by python-hcl2. */
  readonly readHcl: (text: string) => Promise<unknown>;
}

// Installed scripts name the folder that they were made in, and cfn-lint can't be run as a module.
const LINT = "import sys; from cfnlint.runner import main; sys.argv[0] = 'cfn-lint'; sys.exit(main())";
const YAML =
  "import sys, json, yaml; print(json.dumps(list(yaml.safe_load_all(sys.stdin.buffer.read().decode()))))";
const HCL = "import sys, json, hcl2; print(json.dumps(hcl2.loads(sys.stdin.buffer.read().decode())))";

/** The readers, installed on first use. */
export async function openReaders(): Promise<Readers> {
  const nursery = await openNursery(0);
  const python = await installReaders(nursery);
  await nursery.close();
  const value = async (program: string, text: string): Promise<unknown> => {
    const { code, stdout, stderr } = await run(python, ["-c", program], text);
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as unknown;
  };
  return {
    lintTemplate: (text) => run(python, ["-c", LINT, "--format", "parseable"], text),
    readYaml: (text) => value(YAML, text),
    readHcl: (text) => value(HCL, text),
  };
}

function run(program: string, args: readonly string[], input: string): Promise<Read> {
  return new Promise((resolve) => {
    const child = execFile(
      program,
      args,
      { env: { PYTHONUTF8: "1", PATH: process.env["PATH"] ?? "" }, timeout: 120_000, maxBuffer: 2 ** 26 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
        resolve({ code, stdout, stderr });
      },
    );
    child.stdin?.end(input);
  });
}
