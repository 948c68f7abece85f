import type { Command, Option } from "commander";
import { WELL_KNOWN_POLICIES } from "../../config/well-known-policies/catalog.ts";
import { CODES } from "../explain/explanations.ts";
import { SERVICE_ACCOUNT_ARGUMENT } from "../shared/service-account-argument.ts";
import type { LiveKind } from "./live/kinds.ts";

/** What may follow a flag: nothing, anything, a file or folder, one of these words, or a name that the APIs know. */
export type FlagValue = "none" | "any" | "file" | readonly string[] | { readonly live: LiveKind };

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
  /** The names that an argument is one of. */
  readonly live?: LiveKind;
}

/** What stands for an argument of that name: too much to list in the help. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  code: CODES,
  policy: WELL_KNOWN_POLICIES.map(({ field }) => field),
};

/** What stands for an argument of that name, as the APIs know it. */
export const LIVE_ARGUMENTS: Readonly<Record<string, LiveKind>> = {
  [SERVICE_ACCOUNT_ARGUMENT]: "service-accounts",
  subject: "service-accounts",
  role: "roles",
};

/** The same of flags, of commands that call AWS: those have `--profile`. */
export const LIVE_FLAGS: Readonly<Record<string, LiveKind>> = {
  "--cluster": "clusters",
  "--from": "clusters",
  "--to": "clusters",
  "--namespace": "namespaces",
  "--name": "service-account-names",
  "--role-name": "roles",
  "--allow-shared-role": "roles",
  "--attach-role-arn": "role-arns",
};

const OF_FILES = /^(file|path|folder)$/;

/** Everything that can be typed, out of commander's own tree. */
export function placesOf(command: Command, at: readonly string[] = []): readonly Place[] {
  const help = command.createHelp();
  const commands = help.visibleCommands(command);
  const options = help.visibleOptions(command);
  const isLive = options.some(({ long }) => long === "--profile");
  const [live] = command.registeredArguments.flatMap((one) => LIVE_ARGUMENTS[one.name()] ?? []);
  const place = {
    at: at.join(" "),
    commands: commands.map((one) => ({
      name: one.name(),
      summary: firstLine(one.summary() || one.description()),
    })),
    flags: options.map((option) => flagOf(option, isLive)),
    words: command.registeredArguments.flatMap((one) => one.argChoices ?? WORDS[one.name()] ?? []),
    takesFiles: command.registeredArguments.some((argument) => OF_FILES.test(argument.name())),
    ...(isLive && live !== undefined && { live }),
  };
  const shown = command.commands.filter((one) => commands.includes(one));
  return [place, ...shown.flatMap((one) => placesOf(one, [...at, one.name()]))];
}

/** The same place without names that would have to be asked for. */
export function withoutLive(place: Place): Place {
  const { live: _, ...rest } = place;
  return {
    ...rest,
    flags: place.flags.map((flag) => (isLiveValue(flag.value) ? { ...flag, value: "any" as const } : flag)),
  };
}

/** True for a value whose names the APIs know. */
export function isLiveValue(value: FlagValue): value is { readonly live: LiveKind } {
  return typeof value === "object" && "live" in value;
}

function firstLine(text: string): string {
  return text.replace(/\n[^]*/, "");
}

function flagOf(option: Option, isLive: boolean): Flag {
  const names = [option.short, option.long].filter((name) => name !== undefined);
  const live = isLive ? LIVE_FLAGS[option.long ?? ""] : undefined;
  return {
    names,
    summary: option.description,
    value: live !== undefined && option.required ? { live } : valueOf(option),
  };
}

function valueOf({ flags, argChoices, required, optional }: Option): FlagValue {
  if (argChoices !== undefined) return argChoices;
  if (!required && !optional) return "none";
  const [, name = ""] = /[<[](.*)[>\]]/.exec(flags) ?? [];
  return OF_FILES.test(name) ? "file" : "any";
}
