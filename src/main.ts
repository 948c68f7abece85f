import { CommanderError, type Command } from "commander";
import type { CommandContext } from "./commands/command-context.ts";
import type { EksctlHelp } from "./eksctl-syntax/help.ts";
import type { Translation } from "./eksctl-syntax/translate.ts";
import { bugFailure, explained, isQuiet, spoiled } from "./ending.ts";
import { awaitInterruption, listenForBugs, listenForSignals, type Interruption } from "./interruption.ts";
import { EXIT_CODES, Failure, isFailure } from "./model/failure.ts";
import { interruptedCode, isHangup } from "./model/interruption-cause.ts";
import { memoized } from "./model/memoized.ts";
import { keepSecretsOf } from "./model/secrets.ts";
import { heedNoColor } from "./output/color-level.ts";
import type { Envelope } from "./output/envelope.ts";
import { adviceShown, translatedLine } from "./output/command-text.ts";
import { failureLines, stackLines } from "./output/failure-text.ts";
import { line, type Piece } from "./output/line.ts";
import { processStreams, type OutputStreams } from "./output/streams.ts";
import { processTerminal, type Terminal } from "./output/terminal.ts";
import { argumentsOf, buildProgram, envelopeOf, mayWrite, usageFailure, wantsJson } from "./program.ts";
import { VERSION } from "./version.ts";

/** How the command line ended; all that was said has been taken by its readers. */
export interface Ended {
  readonly code: number;
  /** True where the run was left to itself, so that whatever it still waits for must not keep the process. */
  readonly isAbandoned: boolean;
  /** True where the terminal is gone: the process has to end by SIGHUP then, since Node aborts where it can't reset one. */
  readonly isHungUp: boolean;
}

/** What a run is ended by, and where it says what it says. */
export interface Process {
  readonly interruption: Interruption;
  readonly streams: OutputStreams;
  readonly terminal: Terminal;
  /** The real ones, unless given. */
  readonly network?: CommandContext["network"];
  readonly clock?: CommandContext["clock"];
}

/** Runs the command line as this process: what interrupts the process ends the run. */
export async function main(args: readonly string[]): Promise<Ended> {
  keepSecretsOf(process.env);
  heedNoColor(args, process.env);
  const interruption = awaitInterruption();
  const streams = processStreams((broken) => interruption.interrupt({ kind: "output", ...broken }));
  const terminal = processTerminal(streams);
  const releaseSignals = listenForSignals(interruption);
  let code: number | undefined;
  const endListening = listenForBugs(interruption, (error) => {
    // What else fails when a run has failed is of the same cause.
    if (code !== 0) return;
    code = EXIT_CODES.failed;
    failureLines(failureOf(error), terminal.err, false).forEach(terminal.say);
    process.exitCode = EXIT_CODES.failed;
  });
  code = await runCommandLine(args, { interruption, streams, terminal });
  // From here on whoever is tired of a reader that does not read ends us in the system's own way.
  releaseSignals();
  await streams.flushed();
  endListening();
  const { isTaken, cause } = interruption;
  const why = cause();
  return { code, isAbandoned: why !== undefined && !isTaken(), isHungUp: isHangup(why) };
}

/** Runs the command line and gives its exit code. The only place that catches what commands throw. */
export async function runCommandLine(args: readonly string[], header: Process): Promise<number> {
  const { interruption, streams, terminal, network, clock } = header;
  let code = 0;
  let tolerated: readonly string[] = [];
  let own = args;
  let envelope = envelopeOf(args);
  let program: Command | undefined;
  try {
    refuseDashes(args);
    const help = await helpInEksctlSyntax(args);
    if (help !== undefined) {
      if (help.command === undefined) {
        help.lines.forEach(terminal.print);
        await streams.flushed();
        return 0;
      }
      terminal.say(help.line);
      return await runCommandLine([help.command, "--help"], header);
    }
    const translated = await inOwnWords(args);
    if (translated !== undefined) {
      terminal.say(translatedLine(translated.args, translated.ignored));
      ({ args: own, toleratedCodes: tolerated } = translated);
      envelope = envelopeOf(own);
    }
    const { signal, take, cause, isTaken } = interruption;
    const context: CommandContext = {
      terminal,
      signal,
      ...(network !== undefined && { network }),
      ...(clock !== undefined && { clock }),
      takeInterrupts: async () => {
        await streams.flushed();
        take();
      },
      exitWith: (wanted: number) => void (code = wanted),
      envelope,
      organization: memoized(async () => {
        const rules = await readOrganization();
        if (rules !== undefined) envelope.identify({ organizationFile: rules.file });
        return rules;
      }),
    };
    program = await buildProgram(own, context, VERSION);
    await interruption.orEnd(program.parseAsync([...argumentsOf(own)], { from: "user" }));
    await streams.flushed();
    const failure = spoiled(cause(), isTaken() && mayWrite(own));
    return failure === undefined ? code : report(failure, own, header, undefined);
  } catch (error) {
    for (const takeOff of terminal.shown) takeOff();
    if (isFailure(error) && tolerated.includes(error.code)) return leftOut(error, terminal);
    if (error instanceof CommanderError) return commanderCode(error, own, header, envelope, program);
    // What breaks while the end is told is not why it came.
    const beside = envelope.isBegun ? undefined : envelope;
    return report(explained(failureOf(error), interruption.cause()), own, header, beside);
  }
}

/** Loaded when it is needed, as the commands are. */
async function readOrganization() {
  const { findOrganizationPolicy } = await import("./commands/shared/session/organization-file.ts");
  return findOrganizationPolicy();
}

/** The help of a command of eksctl's, if the command line asks for one. */
async function helpInEksctlSyntax(args: readonly string[]): Promise<EksctlHelp | undefined> {
  if (!EKSCTL_VERB.test(args[0] ?? "")) return undefined;
  const { eksctlHelp } = await import("./eksctl-syntax/help.ts");
  return eksctlHelp(args);
}

const EKSCTL_VERB = /^(utils|create|get|update|delete)$/;

/** The command line, if it is in eksctl's words, in irsa's; they are looked up only where it begins like one. */
async function inOwnWords(args: readonly string[]): Promise<Translation | undefined> {
  if (!EKSCTL_VERB.test(args[0] ?? "")) return undefined;
  const { translateEksctl } = await import("./eksctl-syntax/translate.ts");
  return translateEksctl(args, (process.env["IRSA_ROLE_PREFIX"] ?? "") !== "");
}

/** What eksctl silently skips with exit code 0 is reported here. */
function leftOut(failure: Failure, terminal: Terminal): number {
  const { message } = failure;
  terminal.say(line`  ${terminal.err.yellow("skipped")}  ${message}`);
  for (const text of adviceShown(failure)) terminal.say(line`            ${text}`);
  return 0;
}

/** What commander ends by it has said itself: help, the version, or what is wrong with the flags. */
async function commanderCode(
  error: CommanderError,
  args: readonly string[],
  header: Process,
  envelope: Envelope,
  program: Command | undefined,
): Promise<number> {
  // commander ends `help` with the exit code that the process has by then, which is 1 until the end is known.
  const isHelp = error.code === "commander.help" && args[0] === "help";
  if (error.exitCode !== 0 && !isHelp) {
    if (program !== undefined && wantsJson(args))
      header.terminal.print(envelope.failure(usageFailure(error, program, args)));
    await header.streams.flushed();
    return EXIT_CODES.input;
  }
  await header.streams.flushed();
  const failure = spoiled(header.interruption.cause(), false);
  return failure === undefined ? 0 : report(failure, args, header, undefined);
}

/** The prompt library has its own way to say that Ctrl-C was pressed. */
function failureOf(error: unknown): Failure {
  if (isFailure(error)) return error;
  if (error instanceof Error && error.name === "ExitPromptError")
    return new Failure("interrupted", "interrupted", "interrupted");
  return bugFailure(error);
}

/**
 * Tells how the run ended: on stderr, or where that is gone on stdout. Gives the exit code.
 * @param envelope for the answer in JSON; `undefined` where stdout has the command's answer, beside which no other may be
 */
async function report(
  failure: Failure,
  args: readonly string[],
  { interruption, streams, terminal }: Process,
  envelope: Envelope | undefined,
): Promise<number> {
  const code =
    failure.kind === "interrupted" ? interruptedCode(interruption.cause()) : EXIT_CODES[failure.kind];
  if (isQuiet(failure, interruption, args, mayWrite(args))) return code;
  const inJson = wantsJson(args);
  if (inJson && envelope !== undefined) terminal.print(envelope.failure(failure));
  const lines = failureLines(failure, terminal.err, mayWrite(args));
  if (args.includes("--debug")) lines.push(...stacksOf(failure));
  lines.forEach(terminal.say);
  await streams.flushed();
  if (streams.stderr.broken() !== undefined && !inJson) lines.forEach(terminal.print);
  return code;
}

/** Where a failure comes from, and what it was made of. */
function stacksOf(failure: Failure): Piece[] {
  const { cause } = failure.detail;
  return [...stackLines(failure), ...(cause instanceof Error ? ["caused by", ...stackLines(cause)] : [])];
}

/** Text pasted from a document often has a dash for the two hyphens of a flag. */
function refuseDashes(args: readonly string[]): void {
  const dashed = args.find((arg) => /^[\u2012-\u2015]/.test(arg));
  if (dashed === undefined) return;
  const right = dashed.replace(/^[\u2012-\u2015]+/, "--");
  throw new Failure(
    "input",
    "invalid-input",
    `'${dashed}' begins with a dash instead of two hyphens; use ${right}`,
  );
}
