import { line } from "./output/line.ts";
import { CommanderError } from "commander";
import type { Translation } from "./eksctl-words/translate.ts";
import { listenForInterruption } from "./interruption.ts";
import { adviceLines, EXIT_CODES, Failure, isFailure } from "./model/failure.ts";
import { failureJson, failureLines, stackLines } from "./output/failure-text.ts";
import { json } from "./output/json.ts";
import { processTerminal } from "./output/terminal.ts";
import { argumentsOf, buildProgram, mayWrite } from "./program.ts";
import { VERSION } from "./version.ts";

/** Runs the command line and gives the exit code. The only place that catches what commands throw. */
export async function main(args: readonly string[]): Promise<number> {
  // The AWS SDK's notice about Node 20 is eight lines on stderr at every run.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  let code = 0;
  const terminal = processTerminal();
  const interruption = listenForInterruption();
  let forgives: readonly string[] = [];
  let own = args;
  try {
    refuseDashes(args);
    const translated = await inOwnWords(args);
    if (translated !== undefined) {
      terminal.say(translated.line);
      ({ args: own, forgives } = translated);
    }
    const exitWith = (wanted: number): void => void (code = wanted);
    const { signal, take } = interruption;
    const context = { terminal, signal, takeInterrupts: take, exitWith };
    const program = await buildProgram(own, context, VERSION);
    await interruption.orEnd(program.parseAsync([...argumentsOf(own)], { from: "user" }));
    return code;
  } catch (error) {
    for (const takeOff of terminal.shown) takeOff();
    if (isFailure(error) && forgives.includes(error.code)) return leftOut(error);
    return report(error, own);
  } finally {
    interruption.release();
  }
}

/** The command line, if it is in eksctl's words, in irsa's; they are looked up only where it begins like one. */
async function inOwnWords(args: readonly string[]): Promise<Translation | undefined> {
  if (!/^(utils|create|get|update|delete)$/.test(args[0] ?? "")) return undefined;
  const { translateEksctl } = await import("./eksctl-words/translate.ts");
  return translateEksctl(args, (process.env["IRSA_ROLE_PREFIX"] ?? "") !== "");
}

/** What eksctl passes over with a good exit code; here it is said. */
function leftOut(failure: Failure): number {
  const terminal = processTerminal();
  const { message } = failure;
  terminal.say(line`  ${terminal.err.yellow("left out")}  ${message}`);
  for (const text of adviceLines(failure)) terminal.say(`            ${text}`);
  return 0;
}

function report(error: unknown, args: readonly string[]): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_CODES.input;
  const failure = isFailure(error) ? error : isPromptClosed(error) ? closed() : undefined;
  if (failure === undefined) return reportBug(error);
  const terminal = processTerminal();
  if (wantsJson(args)) terminal.print(json(failureJson(failure)));
  failureLines(failure, terminal.err, mayWrite(args)).forEach(terminal.say);
  if (args.includes("--debug")) stackLines(failure).forEach(terminal.say);
  return EXIT_CODES[failure.kind];
}

function reportBug(error: unknown): number {
  const terminal = processTerminal();
  terminal.say(line`${terminal.err.red("error:")} this is a bug in irsa: ${String(error)}`);
  if (error instanceof Error) stackLines(error).forEach(terminal.say);
  return EXIT_CODES.failed;
}

function wantsJson(args: readonly string[]): boolean {
  return args.some(
    (arg, at) =>
      /^(-o|--output)=?json$/.test(arg) || (/^(-o|--output)$/.test(arg) && args[at + 1] === "json"),
  );
}

/** The prompt library's own way to say that Ctrl-C was pressed. */
function isPromptClosed(error: unknown): boolean {
  return error instanceof Error && error.name === "ExitPromptError";
}

function closed(): Failure {
  return new Failure("interrupted", "interrupted", "interrupted");
}

/** Text pasted from a document often has a dash for the two hyphens of a flag. */
function refuseDashes(args: readonly string[]): void {
  const dashed = args.find((arg) => /^[\u2012-\u2015]/.test(arg));
  if (dashed === undefined) return;
  const right = dashed.replace(/^[\u2012-\u2015]+/, "--");
  throw new Failure(
    "input",
    "invalid-input",
    `'${dashed}' begins with a dash, not with two hyphens: ${right}`,
  );
}
