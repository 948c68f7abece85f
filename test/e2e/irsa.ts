import { execFile, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

/** How a run of the built command line ended. */
export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built command line. */
export const EXECUTABLE = fileURLToPath(new URL("../../bin/irsa.cjs", import.meta.url));

/** Runs the built `irsa` as a child process in this environment and no other; never rejects on an exit code. */
export function irsa(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  {
    node = process.execPath,
    executable = EXECUTABLE,
    cwd,
    input,
    onStart,
  }: {
    node?: string;
    executable?: string;
    cwd?: string;
    input?: string;
    onStart?: (child: ChildProcess) => void;
  } = {},
): Promise<Run> {
  return new Promise((resolve) => {
    const child = execFile(
      node,
      [executable, ...args],
      {
        env: environment,
        timeout: 120_000,
        ...(cwd !== undefined && { cwd }),
      },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
        resolve({ code, stdout, stderr });
      },
    );
    child.stdin?.end(input);
    onStart?.(child);
  });
}
