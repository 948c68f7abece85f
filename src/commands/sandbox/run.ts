import { spawn } from "node:child_process";
import { constants } from "node:os";
import { Failure } from "../../model/failure.ts";
import type { InterruptionCause } from "../../model/interruption-cause.ts";
import { childEnvironment, clientEnvironment } from "irsa-sandbox";
import type { CommandContext } from "../command-context.ts";
import { openSandbox } from "./open-sandbox.ts";
import type { ParsedSandbox } from "./options.ts";

/** The run of `sandbox run`: exits as the command did, by 128 and the signal's number where one ended it. */
export async function runInSandbox(
  parsed: ParsedSandbox,
  words: readonly string[],
  context: CommandContext,
): Promise<void> {
  await context.takeInterrupts();
  const sandbox = await openSandbox(parsed, context.terminal);
  try {
    const environment = childEnvironment(process.env, clientEnvironment(sandbox, process.env));
    context.exitWith(await exitCodeOf(words, environment, context.signal));
  } finally {
    await sandbox.stop();
  }
}

/** Runs a command in this environment alone, and gives its exit code: 128 and the signal's number where one ended it. */
export function exitCodeOf(
  [program = "", ...args]: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  interrupted: AbortSignal,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: "inherit" });
    // Ctrl-C on a terminal reaches the command by itself, and what it means is the command's to say.
    process.on("SIGINT", () => undefined);
    interrupted.addEventListener("abort", () => {
      const cause = interrupted.reason as InterruptionCause;
      if (cause.kind !== "signal" || cause.signal !== "SIGINT") child.kill("SIGTERM");
      else if (!process.stdin.isTTY) child.kill("SIGINT");
    });
    child.once("error", (error) => reject(notStarted(program, error)));
    child.once("exit", (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

/** What the system says of a program that it does not start, as a shell says it. */
const NOT_STARTED: Readonly<Record<string, string>> = {
  ENOENT: "command not found",
  EACCES: "it is not an executable file",
  ENOEXEC: "it is not an executable file",
};

function notStarted(program: string, cause: NodeJS.ErrnoException): Failure {
  const why = NOT_STARTED[cause.code ?? ""] ?? cause.message;
  return new Failure("input", "no-command", `'${program}' failed to start: ${why}`, { cause });
}
