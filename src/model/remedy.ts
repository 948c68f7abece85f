import type { CommandWords } from "./command-words.ts";

/** What to do about a problem: a command to run, or a sentence. */
export type Remedy = CommandRemedy | Advice;

/** A command that fixes it. */
export interface CommandRemedy extends ProposedCommand {
  readonly kind: "command";
  /** True where the command is `verify --fix` itself. */
  readonly byFix?: true;
  /** Another way, where somebody has to decide. */
  readonly otherwise?: Required<ProposedCommand>;
}

/** A command, and who can run it or what to know before running it: a sentence that ends with a colon. */
interface ProposedCommand {
  readonly command: CommandWords;
  readonly note?: string;
}

/** A sentence, without a full stop. */
interface Advice {
  readonly kind: "advice";
  readonly text: string;
  /** A command that the sentence leads to, and that is to be completed first; the sentence ends with a colon then. */
  readonly command?: CommandWords;
}
