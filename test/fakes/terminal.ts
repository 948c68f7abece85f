import { Chalk } from "chalk";
import type { CommandContext } from "../../src/commands/command-context.ts";

/** What a command said and how it ended, without colour. */
export interface Heard {
  readonly out: string[];
  readonly err: string[];
  /** Whole texts on stdout. */
  readonly written: string[];
  code: number;
}

/** A command's surroundings with nobody at the terminal, and what is heard there. */
export function listeningContext(): { readonly context: CommandContext; readonly heard: Heard } {
  const heard: Heard = { out: [], err: [], written: [], code: 0 };
  const colour = new Chalk({ level: 0 });
  const context: CommandContext = {
    terminal: {
      print: (line) => void heard.out.push(line),
      write: (text) => void heard.written.push(text),
      say: (line) => void heard.err.push(line),
      interactive: false,
      animated: false,
      answersOnScreen: false,
      shown: new Set(),
      out: colour,
      err: colour,
    },
    signal: new AbortController().signal,
    takeInterrupts: () => undefined,
    exitWith: (wanted) => void (heard.code = wanted),
  };
  return { context, heard };
}
