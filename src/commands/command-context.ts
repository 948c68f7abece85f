import type { Terminal } from "../output/terminal.ts";

/** What a command's run function gets beside its flags. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Aborted by Ctrl-C: finish what is in flight, begin nothing. */
  readonly signal: AbortSignal;
  /** Sets the exit code of a run that ends well but has something to say by it. */
  exitWith(code: number): void;
}
