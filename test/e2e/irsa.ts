import { execFile, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { inject } from "vitest";
import { PATIENCE } from "../worlds/patience.ts";

/** How a run of the built command line ended. */
export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built command line. */
export const EXECUTABLE = fileURLToPath(new URL("../../bin/irsa.cjs", import.meta.url));

/** How the tests start irsa: the standalone binary in the projects that have one, or else Node with what npm installs. */
export const OWN_COMMAND: OwnCommand = ownCommand();

type OwnCommand = readonly [program: string, ...args: string[]];

function ownCommand(): OwnCommand {
  const binary = inject("binary");
  return binary === undefined ? [process.execPath, EXECUTABLE] : [binary];
}

/** The same with these arguments, for `spawn` and `execFile`. */
export function invocation(
  args: readonly string[],
  [program, ...first]: OwnCommand = OWN_COMMAND,
): [string, string[]] {
  return [program, [...first, ...args]];
}

/**
 * Runs the built `irsa` as a child process in this environment and no other; never rejects on an exit code.
 * @param command what is started, if not irsa as it was built
 */
export function irsa(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  {
    command = OWN_COMMAND,
    cwd,
    input,
    onStart,
  }: {
    command?: OwnCommand;
    cwd?: string;
    input?: string;
    onStart?: (child: ChildProcess) => void;
  } = {},
): Promise<Run> {
  return new Promise((resolve) => {
    const child = execFile(
      ...invocation(args, command),
      {
        env: environment,
        timeout: PATIENCE.timeout,
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
