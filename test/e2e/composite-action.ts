import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

/** The project's action.yml. */
export interface Action {
  readonly inputs: Readonly<Record<string, { readonly required?: boolean; readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly steps: readonly ActionStep[] };
}

/** A step of a composite action. */
export interface ActionStep {
  readonly id?: string;
  readonly run: string;
  readonly shell: string;
  readonly env: Readonly<Record<string, string>>;
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The action as it is in the project. */
export const ACTION = parse(readFileSync(join(ROOT, "action.yml"), "utf8")) as Action;

/** How a run of the action ended. */
export interface ActionRun {
  readonly code: number;
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

/** A job of a runner, in which the action is run. */
export interface Job {
  /** `RUNNER_TEMP`, which all steps of a job share. */
  readonly temp: string;
  readonly workspace: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly event: object;
  readonly token: string;
}

/**
 * Runs the action's steps as a runner does: expressions are evaluated in `env` alone, `run` is a script for bash, outputs
 * and the summary are files.
 * Source: docs.github.com, "Metadata syntax for GitHub Actions", "Default environment variables".
 */
export async function runAction(job: Job, given: Readonly<Record<string, string>>): Promise<ActionRun> {
  const folder = await mkdtemp(join(job.temp, "action-"));
  const file = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  };
  const files = {
    GITHUB_OUTPUT: await file("output", ""),
    GITHUB_STEP_SUMMARY: await file("summary", ""),
    GITHUB_EVENT_PATH: await file("event.json", JSON.stringify(job.event)),
  };
  const inputs = (name: string): string =>
    given[name] ?? ACTION.inputs[name]?.default?.replace("${{ github.token }}", job.token) ?? "";
  let log = "";
  let code = 0;
  for (const step of ACTION.runs.steps) {
    const env = Object.entries(step.env).map(([name, value]) => [name, evaluated(value, inputs)] as const);
    const ran = await bash(step.run, job.workspace, {
      ...job.environment,
      ...files,
      GITHUB_ACTION_PATH: ROOT,
      RUNNER_TEMP: job.temp,
      ...Object.fromEntries(env),
    });
    log += ran.log;
    ({ code } = ran);
    if (code !== 0) break;
  }
  return {
    code,
    log,
    outputs: outputsIn(await readFile(files.GITHUB_OUTPUT, "utf8")),
    summary: await readFile(files.GITHUB_STEP_SUMMARY, "utf8"),
  };
}

/** @throws Error for an expression that is not an input */
function evaluated(value: string, inputs: (name: string) => string): string {
  return value.replaceAll(/\$\{\{ *([^}]*?) *\}\}/g, (_, expression: string) => {
    const [, name] = /^inputs\.([\w-]+)$/.exec(expression) ?? [];
    if (name === undefined) throw new Error(`not an input: ${expression}`);
    return inputs(name);
  });
}

function outputsIn(text: string): Readonly<Record<string, string>> {
  const lines = text.split("\n").filter((line) => line !== "");
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}

/** As the runner starts bash. */
function bash(
  script: string,
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly code: number; readonly log: string }> {
  const flags = ["--noprofile", "--norc", "-eo", "pipefail", "-c", script];
  return new Promise((resolve) => {
    execFile("bash", flags, { cwd, env }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({ code, log: stdout + stderr });
    });
  });
}
