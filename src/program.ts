import { Command, Option, type CommanderError, type OutputConfiguration } from "commander";
import { OTHER } from "./command-entry.ts";
import { COMMANDS } from "./command-list.ts";
import type { CommandContext } from "./commands/command-context.ts";
import { eksctlCommands } from "./eksctl-syntax/help.ts";
import { fitHelp, fittedText, HELP_COLUMNS, helpWidth } from "./help-layout.ts";
import { Failure } from "./model/failure.ts";
import { printable, printableLines } from "./model/printable.ts";
import { Envelope } from "./output/envelope.ts";
import { examplesAsInvoked, INVOKED_AS } from "./output/invocation.ts";
import { line } from "./output/line.ts";
import { quietable, type Terminal } from "./output/terminal.ts";
import { TextBlock } from "./output/text-block.ts";
import { usageHint } from "./usage-hint.ts";
import { usageText } from "./usage-text.ts";
import { HOMEPAGE } from "./version.ts";

const ABOUT = `Set up, manage, verify and repair IAM Roles for Service Accounts (IRSA) and EKS Pod Identity on Amazon EKS.
Without --approve every command shows its plan and changes nothing.`;

/** The command tree for these arguments: the command that is called with all it has, the others by name. */
export function buildProgram(
  args: readonly string[],
  context: CommandContext,
  version: string,
): Promise<Command> {
  const called = calledCommand(args);
  return programWith((name) => name === called, context, version);
}

/** @param isWhole which commands are loaded */
async function programWith(
  isWhole: (name: string) => boolean,
  context: CommandContext,
  version: string,
): Promise<Command> {
  const program = fitHelp(new Command(INVOKED_AS));
  const { terminal, beQuiet } = quietable(context.terminal);
  const inside = { ...context, terminal };
  program
    .description(ABOUT)
    .commandsGroup(OTHER)
    .helpCommand(true)
    .addHelpText("after", `\nDocumentation: ${HOMEPAGE}`)
    .version(version, "-V, --version", "print the version")
    .option("--debug", "print stack traces of errors")
    .option("-q, --quiet", "print only the answer and errors, and don't ask")
    .option("--no-color", "print without colors, as with NO_COLOR")
    .on("option:quiet", beQuiet)
    .configureOutput({
      // No wider than bin/irsa.cjs has it at hand.
      getOutHelpWidth: () => Math.min(helpWidth(process.stdout), HELP_COLUMNS),
      getErrHelpWidth: () => Math.min(helpWidth(process.stderr), HELP_COLUMNS),
      ...written(context.terminal),
      outputError: (text, write) => write(refusalText(text, program)),
    })
    .enablePositionalOptions()
    .showHelpAfterError(`(${INVOKED_AS} --help lists the commands)`)
    .exitOverride();
  const whole = (): Promise<Command> => programWith(() => true, context, version);
  for (const { name, group, summary, load } of COMMANDS) {
    if (isWhole(name))
      program.addCommand(
        inherit(await load(inside, whole), context.terminal, beQuiet)
          .summary(summary)
          .helpGroup(group),
      );
    else program.command(name).description(summary).helpGroup(group).helpOption(false);
  }
  return program;
}

/** Gives a command, and those below it, the program's ways of ending, and its `--debug`. */
function inherit(command: Command, terminal: Terminal, beQuiet: () => void, path = command.name()): Command {
  for (const below of command.commands) inherit(below, terminal, beQuiet, `${path} ${below.name()}`);
  for (const option of command.options) if (option.short === "-o") takeEquals(option);
  return fitHelp(command)
    .addOption(new Option("--debug").hideHelp())
    .addOption(new Option("-q, --quiet").hideHelp())
    .addOption(new Option("--no-color").hideHelp())
    .on("option:quiet", beQuiet)
    .configureOutput({
      getOutHelpWidth: () => helpWidth(process.stdout),
      getErrHelpWidth: () => helpWidth(process.stderr),
      ...written(terminal),
      outputError: (text, write) => write(refusalText(text, command)),
    })
    .showHelpAfterError(`(${INVOKED_AS} ${path} --help shows the flags)`)
    .exitOverride();
}

/** kubectl takes `-o=json` too. */
function takeEquals(option: Option): void {
  const { parseArg } = option;
  option.argParser((text: string, before: unknown) => {
    const value = text.replace(/^=/, "");
    return parseArg === undefined ? value : parseArg.call(option, value, before);
  });
}

/** What commander writes by itself goes the way of all that we say. */
function written({ print, say }: Terminal): Pick<OutputConfiguration, "writeOut" | "writeErr"> {
  const block = (text: string, to: { readonly columns?: number }): TextBlock =>
    TextBlock.written(printableLines(fittedTo(to, examplesAsInvoked(text)), printable));
  return {
    writeOut: (text) => print(block(text, process.stdout)),
    writeErr: (text) => say(block(text, process.stderr)),
  };
}

/** Where nothing limits it, what is wider than usual stays so. */
function fittedTo({ columns }: { readonly columns?: number }, text: string): string {
  return columns === undefined ? text : fittedText(text, helpWidth({ columns }));
}

/**
 * What commander says of a command line, with our hint. It quotes the words, and a pipeline may have put them together
 * from what others wrote; commander's own second line is a guess at what was meant.
 */
function refusalText(text: string, command: Command): string {
  const hint = usageHint(text, command);
  const [first = "", ...guess] = text.trimEnd().split(GUESS);
  return [usageText(first, command), ...guess, ...(hint === undefined ? [] : [hint])]
    .map((one) => `${String(line`${one}`)}\n`)
    .join("");
}

/** Before commander's own second line. What is quoted in the first may look like one, but never ends the text. */
const GUESS = /\n(?=\(Did you mean (?:one of )?[\w-]+(?:, [\w-]+)*\?\)$)/;

/** The frame of this command line's answer in JSON. */
export function envelopeOf(args: readonly string[]): Envelope {
  const called = calledCommand(args);
  const { name = null, takesClusters = false } = COMMANDS.find((one) => one.name === called) ?? {};
  return new Envelope(name, takesClusters);
}

/** What commander says of a command line, as a failure: for JSON, since people have been told already. */
export function usageFailure(
  { message }: CommanderError,
  program: Command,
  args: readonly string[],
): Failure {
  const [first = "", ...more] = message.trimEnd().split(GUESS);
  const called = calledBelow(program, args);
  const hint = usageHint(message, called);
  const advice = [...more, ...(hint === undefined ? [] : [hint])].map((text) =>
    printable(text.replace(/^\((.*)\)$/s, "$1")),
  );
  return new Failure("input", "invalid-usage", usageText(first, called).replace(/^error: /, ""), {
    ...(advice.length > 0 && { advice }),
  });
}

/** The command, or the one below it, that these words call. */
function calledBelow(program: Command, args: readonly string[]): Command {
  const [word, ...more] = args.filter((arg) => !arg.startsWith("-"));
  const called = program.commands.find((one) => one.name() === word);
  return called === undefined ? program : calledBelow(called, more);
}

/** True where the answer is asked for in JSON: commander takes the last of several, and nothing behind `--`. */
export function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  const words = end === -1 ? args : args.slice(0, end);
  const formats = words.flatMap((word, at) => {
    // Short flags without a value may be before it, as in `-Ao json`.
    const [, together] = /^(?:-[AVhqy]*o|--output)=?(.*)$/s.exec(word) ?? [];
    return together === undefined ? [] : [together === "" ? words[at + 1] : together];
  });
  return formats.at(-1) === "json";
}

/** True if the command line could have changed something, so that it is good to know that nothing was. */
export function mayWrite(args: readonly string[]): boolean {
  const called = calledCommand(args);
  const { writes = false } = COMMANDS.find(({ name }) => name === called) ?? {};
  return typeof writes === "string" ? args.includes(writes) : writes;
}

/**
 * The arguments as commander takes them. Of an unknown command its name alone (a verb of eksctl's with its noun): with `--help` beside it or `help` before
 * it, commander would ignore it and answer with the program's help. commander's `help` takes one word, too.
 */
export function argumentsOf(args: readonly string[]): readonly string[] {
  const [first, second, third] = args;
  if (first === "help" && third !== undefined) return [...args.slice(1), "--help"];
  const name = first === "help" ? second : first;
  if (name === undefined || name.startsWith("-") || COMMANDS.some((one) => one.name === name)) return args;
  const isVerb = first === name && second?.startsWith("-") === false && eksctlCommands(name).length > 0;
  return [isVerb ? `${name} ${second}` : name];
}

/** `irsa help NAME` needs the command too. */
function calledCommand(args: readonly string[]): string | undefined {
  const words = args.filter((arg) => !arg.startsWith("-"));
  return words[0] === "help" ? words[1] : words[0];
}
