import { isatty } from "node:tty";
import { Chalk, supportsColor, supportsColorStderr, type ChalkInstance } from "chalk";
import { safeText } from "./safe-text.ts";

/** Where a command talks: the answer to stdout, the conversation to stderr. */
export interface Terminal {
  /** Writes a line of the answer. */
  readonly print: (line: string) => void;
  /** Writes an answer that is a whole text, byte by byte. */
  readonly write: (text: string) => void;
  /** Writes a line of the conversation. */
  readonly say: (line: string) => void;
  /** True if someone is there to answer a question. */
  readonly interactive: boolean;
  /** True if stderr can redraw a line. */
  readonly animated: boolean;
  /** True if the answer goes to a screen, not to a file or another program. */
  readonly answersOnScreen: boolean;
  /** Takes off the screen what is shown there for a while; for a run that ends in the midst of it. */
  readonly shown: Set<() => void>;
  readonly out: ChalkInstance;
  readonly err: ChalkInstance;
}

/** The process's own terminal. */
export function processTerminal(): Terminal {
  // By number: to ask the streams themselves would open both, which takes as long as all else that a start does.
  const animated = isatty(2) && process.env["CI"] === undefined;
  return {
    print: (line) => void process.stdout.write(`${safeText(line)}\n`),
    write: (text) => void process.stdout.write(text),
    say: (line) => void process.stderr.write(`${safeText(line)}\n`),
    interactive: isatty(0) && animated,
    animated,
    answersOnScreen: isatty(1),
    shown: new Set(),
    out: new Chalk({ level: supportsColor === false ? 0 : supportsColor.level }),
    err: new Chalk({ level: supportsColorStderr === false ? 0 : supportsColorStderr.level }),
  };
}

/** The same terminal with the whole conversation kept out of stdout, for machine-readable answers. */
export function talkingToStderr(terminal: Terminal): Terminal {
  return { ...terminal, print: terminal.say, out: terminal.err };
}
