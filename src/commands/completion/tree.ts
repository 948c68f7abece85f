import type { Command, Option } from "commander";
import { CODES } from "../explain/explanations.ts";

/** What may follow a flag: nothing, anything, a file or folder, or one of these words. */
export type FlagValue = "none" | "any" | "file" | readonly string[];

/** A flag, by all its names. */
export interface Flag {
  /** As `-n` and `--namespace`. */
  readonly names: readonly string[];
  readonly summary: string;
  readonly value: FlagValue;
}

/** A word of a command line that is a command. */
export interface Word {
  readonly name: string;
  readonly summary: string;
}

/** What can be typed at one place of the command line. */
export interface Place {
  /** The commands before it, as `sandbox start`; empty for the program itself. */
  readonly at: string;
  readonly commands: readonly Word[];
  readonly flags: readonly Flag[];
  /** The words that stand for an argument, where they are told. */
  readonly words: readonly string[];
  /** Whether an argument is a file or folder. */
  readonly takesFiles: boolean;
}

/** What stands for an argument of that name: too much to list in the help. */
const WORDS: Readonly<Record<string, readonly string[]>> = { code: CODES };

const OF_FILES = /^(file|path|folder)$/;

/** Everything that can be typed, out of commander's own tree. */
export function placesOf(command: Command, at: readonly string[] = []): readonly Place[] {
  const help = command.createHelp();
  const commands = help.visibleCommands(command);
  const place = {
    at: at.join(" "),
    commands: commands.map((one) => ({
      name: one.name(),
      summary: firstLine(one.summary() || one.description()),
    })),
    flags: help.visibleOptions(command).map(flagOf),
    words: command.registeredArguments.flatMap((one) => one.argChoices ?? WORDS[one.name()] ?? []),
    takesFiles: command.registeredArguments.some((argument) => OF_FILES.test(argument.name())),
  };
  return [place, ...command.commands.flatMap((one) => placesOf(one, [...at, one.name()]))];
}

function firstLine(text: string): string {
  return text.replace(/\n[^]*/, "");
}

function flagOf(option: Option): Flag {
  const names = [option.short, option.long].filter((name) => name !== undefined);
  return { names, summary: option.description, value: valueOf(option) };
}

function valueOf({ flags, argChoices, required, optional }: Option): FlagValue {
  if (argChoices !== undefined) return argChoices;
  if (!required && !optional) return "none";
  const [, name = ""] = /[<[](.*)[>\]]/.exec(flags) ?? [];
  return OF_FILES.test(name) ? "file" : "any";
}
