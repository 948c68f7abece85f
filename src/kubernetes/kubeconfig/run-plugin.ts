import { spawn } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import { Failure, type Fact } from "../../model/failure.ts";
import { serverExcerpt } from "../../model/excerpt.ts";
import { LIMITS, sizeText } from "../../model/limits.ts";
import type { ExecPlugin } from "./entries.ts";

/** A plugin that can't be used, or what it gave. */
export function pluginFailure(
  command: string,
  user: string,
  problem: string,
  facts: readonly Fact[] = [],
): Failure {
  return new Failure("failed", "credential-plugin", `the credential plugin '${command}' ${problem}`, {
    facts: [["kubeconfig user", user], ...facts],
  });
}

type Fail = (problem: string, facts?: readonly Fact[]) => Failure;

/**
 * Runs a plugin and gives what it prints. Its arguments and what it prints may be secrets and are never shown; of its
 * stderr the end is.
 * @param info the request, for its environment
 * @throws Failure `credential-plugin`
 */
export function runPlugin(
  { command, args, env, installHint }: ExecPlugin,
  user: string,
  info: string,
  isInteractive: boolean,
): Promise<string> {
  const variables = Object.fromEntries(env.map(({ name, value }) => [name, value]));
  const child = spawn(command, args, {
    env: { ...process.env, ...variables, KUBERNETES_EXEC_INFO: info },
    stdio: [isInteractive ? "inherit" : "ignore", "pipe", "pipe"],
    windowsHide: true,
  });
  const fail: Fail = (problem, facts) => pluginFailure(command, user, problem, facts);
  return new Promise((resolve, reject) => {
    const output: Buffer[] = [];
    let length = 0;
    let errors = Buffer.alloc(0);
    const end = (failure: Failure): void => {
      clearTimeout(timer);
      // A command that it has started writes on, until nobody reads.
      child.stdout?.destroy();
      child.stderr?.destroy();
      child.kill();
      reject(failure);
    };
    const timer = setTimeout(
      () => end(fail(`did not end within ${LIMITS.pluginMilliseconds / 1000} s`, saidBy(errors))),
      LIMITS.pluginMilliseconds,
    );
    child.stdout?.on("data", (chunk: Buffer) => {
      output.push(chunk);
      length += chunk.length;
      if (length > LIMITS.credentialBytes) end(fail(`printed more than ${sizeText(LIMITS.credentialBytes)}`));
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      errors = Buffer.concat([errors, chunk]).subarray(-STDERR_BYTES);
    });
    child.on("error", (error) => end(notStarted(error, fail, installHint)));
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      if (code === 0) return resolve(Buffer.concat(output).toString("utf8"));
      const how = code === null ? `was ended by ${signal}` : `failed: exit code ${code}`;
      reject(fail(how, saidBy(errors)));
    });
  });
}

/** As much of the end of what a plugin says as a person reads: programs say last why they fail. */
const STDERR_BYTES = 16 * 1024;
const STDERR_LINES = 12;

function saidBy(errors: Buffer): readonly Fact[] {
  // Without colors, which would be shown as their codes.
  const text = stripVTControlCharacters(errors.toString("utf8"));
  const lines = text
    .split(/\r?\n|\r/)
    .flatMap((line) => (line.trim() === "" ? [] : [serverExcerpt(line.trimEnd())]));
  return lines.length === 0 ? [] : [["it says", lines.slice(-STDERR_LINES)]];
}

function notStarted(error: Error, fail: Fail, installHint: string | undefined): Failure {
  const { code } = error as NodeJS.ErrnoException;
  const hint = (installHint ?? "").split(/\r?\n/).filter((line) => line.trim() !== "");
  if (code === "ENOENT")
    return fail("is not installed, or not in PATH", hint.length === 0 ? [] : [["install hint", hint]]);
  if (code === "EACCES") return fail("is not executable");
  return fail(`can't be started: ${error.message}`);
}
