import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { installPulumi } from "./install.ts";

/** A resource that a program registers. Attributes that AWS chooses are `TYPE::NAME::ATTRIBUTE`. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** What it is imported by. */
  readonly import?: string;
}

/** TypeScript's own compiler, and Pulumi's packages. */
export interface PulumiPrograms {
  /**
   * Compiles programs and runs them without Pulumi's engine; gives what each registers.
   * @throws Error with what the compiler or a program prints
   */
  readonly run: (texts: readonly string[]) => Promise<readonly (readonly Registered[])[]>;
  readonly close: () => Promise<void>;
}

const COMPILER = fileURLToPath(new URL("../../../node_modules/.bin/tsc", import.meta.url));
const RUN = fileURLToPath(new URL("run.cjs", import.meta.url));
const OPTIONS = "--strict --noUnusedLocals --skipLibCheck --module node16 --target es2022 --types node".split(
  " ",
);

/** Opens them; the packages are installed on first use. */
export async function openPulumi(): Promise<PulumiPrograms> {
  const packages = await installPulumi();
  const folder = await mkdtemp(join(tmpdir(), "irsa-pulumi-"));
  await symlink(join(packages, "node_modules"), join(folder, "node_modules"));
  const execute = async (program: string, args: readonly string[]): Promise<string> => {
    const env = { PATH: process.env["PATH"] ?? "" };
    const options = { cwd: folder, env, maxBuffer: 2 ** 27 };
    try {
      return (await promisify(execFile)(program, args, options)).stdout;
    } catch (error) {
      const { stdout, stderr } = error as { readonly stdout?: string; readonly stderr?: string };
      throw new Error([stdout, stderr].join("\n"), { cause: error });
    }
  };
  let runs = 0;
  return {
    run: async (texts) => {
      const place = join(folder, `run-${(runs += 1)}`);
      await mkdir(place);
      const names = texts.map((_, at) => `program-${at}`);
      for (const [at, text] of texts.entries()) await writeFile(join(place, `${names[at]}.ts`), text);
      const sources = names.map((name) => join(place, `${name}.ts`));
      await execute(COMPILER, [...OPTIONS, "--outDir", place, ...sources]);
      const compiled = names.map((name) => join(place, `${name}.js`));
      return JSON.parse(await execute(process.execPath, [RUN, folder, ...compiled]));
    },
    close: async () => rm(folder, { recursive: true }),
  };
}
