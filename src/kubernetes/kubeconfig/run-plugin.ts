import { spawn } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import { codeOf } from "../../files/open-file.ts";
import { reasonOf } from "../../files/reason.ts";
import { Failure, type Fact } from "../../model/failure.ts";
import { excerpt, serverExcerpt } from "../../model/excerpt.ts";
import { LIMITS, sizeText } from "../../model/limits.ts";
import type { ExecPlugin } from "./entries.ts";

/** A plugin that can't be used, or what it gave. */
export function pluginFailure(
  command: string,
  user: string,
  problem: string,
  facts: readonly Fact[] = [],
): Failure {
  return new Failure(
    "failed",
    "credential-plugin",
    `the credential plugin '${excerpt(command)}' ${problem}`,
    {
      facts: [["kubeconfig user", user], ...facts],
    },
  );
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
  const fail: Fail = (problem, facts) => pluginFailure(command, user, problem, facts);
  const start = () => {
    try {
      return spawn(command, args, {
        env: { ...process.env, ...variables, KUBERNETES_EXEC_INFO: info },
        stdio: [isInteractive ? "inherit" : "ignore", "pipe", "pipe"],
        windowsHide: true,
      });
    } catch (error) {
      // Node throws some start failures synchronously, such as a path below a file.
      throw notStarted(error, fail, installHint);
    }
  };
  return new Promise((resolve, reject) => {
    const child = start();
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
      () => end(fail(`did not exit within ${LIMITS.pluginMilliseconds / 1000} s`, saidBy(errors))),
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
      const how = code === null ? `was terminated by ${signal}` : `failed: exit code ${code}`;
      reject(fail(how, saidBy(errors)));
    });
  });
}

/** As much of the end of what a plugin says as a person reads: programs say last why they fail. */
const STDERR_BYTES = 16 * 1024;
/** Of what it says, and of its install hint. */
const MOST_LINES = 12;

function saidBy(errors: Buffer): readonly Fact[] {
  // Without colors, which would be shown as their codes.
  const lines = linesOf(stripVTControlCharacters(errors.toString("utf8")));
  return lines.length === 0 ? [] : [["it printed", lines.slice(-MOST_LINES)]];
}

function linesOf(text: string): string[] {
  return text
    .split(/\r?\n|\r/)
    .flatMap((line) => (line.trim() === "" ? [] : [serverExcerpt(line.trimEnd())]));
}

function notStarted(error: unknown, fail: Fail, installHint: string | undefined): Failure {
  const code = codeOf(error);
  if (code === "ENOENT") {
    const hint = linesOf(installHint ?? "").slice(0, MOST_LINES);
    return fail("is not installed, or not in PATH", hint.length === 0 ? [] : [["install hint", hint]]);
  }
  if (code === "EACCES") return fail("is not executable");
  return fail(`can't be started: ${REASONS[code] ?? reasonOf(error)}`);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOTDIR: "a component of its path is not a directory",
  E2BIG: "its arguments and environment are too long",
};
