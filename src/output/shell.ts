import { shellWord } from "../model/shell-word.ts";
import { asInvoked } from "./invocation.ts";

declare const COMMAND: unique symbol;

/** A command line that can be pasted into a shell, whatever is in its words. Only `shellCommand` makes one. */
export type ShellCommand = string & { readonly [COMMAND]: true };

/** A command line, or the flags of one, for a POSIX shell: in one line and ready to paste; irsa's own as irsa was started. */
export function shellCommand(words: readonly string[]): ShellCommand {
  return asInvoked(words).map(shellWord).join(" ") as ShellCommand;
}
