import type { Command } from "commander";
import type { CommandContext } from "./commands/command-context.ts";

/** A command by name; its code is imported when it runs or its help is asked for. */
export interface Entry {
  readonly name: string;
  /** The heading that it is under in the help. */
  readonly group: string;
  readonly summary: string;
  /** Whether it writes: always (its plan first), by this flag only, or never. */
  readonly writes: boolean | "--fix" | "--restart";
  /** True where it takes several clusters. */
  readonly takesClusters?: true;
  /** @param whole makes the program with all that each command has */
  readonly load: (context: CommandContext, whole: () => Promise<Command>) => Promise<Command>;
}

/** A heading of the help. */
export const SET_UP = "Set up:";
/** A heading of the help. */
export const AFTERWARDS = "Manage:";
/** A heading of the help. */
export const CAUSE = "Troubleshoot:";
/** A heading of the help. */
export const ACCESS = "Analyze access:";
/** A heading of the help. */
export const TRY = "Try it out:";
/** A heading of the help. */
export const OTHER = "Other:";
