import { isatty } from "node:tty";
import { supportsColor, supportsColorStderr } from "chalk";
import { colorLevel, isDumb } from "./color-level.ts";
import { stylesOf, toLine, type Piece, type Styles } from "./line.ts";
import { TextBlock } from "./text-block.ts";
import type { OutputStreams } from "./streams.ts";

/** Where a command talks: the answer to stdout, the conversation to stderr. A mere string is foreign there (`Piece`). */
export interface Terminal {
  /** Writes a line of the answer, or all of it. */
  readonly print: (text: Piece | TextBlock) => void;
  /** Writes a line of the conversation. */
  readonly say: (text: Piece | TextBlock) => void;
  /** True if someone is there to answer a question. */
  readonly interactive: boolean;
  /** True if stderr can redraw a line. */
  readonly animated: boolean;
  /** True if the answer goes to a screen, not to a file or another program. */
  readonly answersOnScreen: boolean;
  /** Whether what was printed is read; absent where it is kept, and nobody needs to. */
  readonly unread?: Unread;
  /** Ends what is shown for a while, or printed part by part; for a run that ends in the midst of it. */
  readonly shown: Set<() => void>;
  readonly out: Styles;
  readonly err: Styles;
}

/** Answers that have been printed, and that nobody has read yet. */
export interface Unread {
  readonly bytes: () => number;
  /** Settles once what was printed so far has been read, or can't be. */
  readonly gone: () => Promise<void>;
}

/** The process's own terminal. */
export function processTerminal({ stdout, stderr }: OutputStreams): Terminal {
  const answersOnScreen = isatty(1);
  const { env } = process;
  const animated = isatty(2) && env["CI"] === undefined && !isDumb(env);
  return {
    print: (text) => stdout.write(textOf(text, answersOnScreen)),
    say: (text) => stderr.write(textOf(text, true)),
    interactive: isatty(0) && animated,
    animated,
    answersOnScreen,
    unread: { bytes: stdout.waiting, gone: stdout.flushed },
    shown: new Set(),
    out: stylesOf(colorLevel(env, supportsColor)),
    err: stylesOf(colorLevel(env, supportsColorStderr)),
  };
}

/** So many bytes of an answer may wait for whoever reads it. */
const MOST_UNREAD = 1024 * 1024;

/** Waits until what was printed is read, where it is much: an answer may be longer than there is memory. */
export async function caughtUp({ unread }: Pick<Terminal, "unread">): Promise<void> {
  if (unread !== undefined && unread.bytes() > MOST_UNREAD) await unread.gone();
}

/** Prints a document part by part, each when those before it are read; where the run is ended in the midst of it, no more of it. */
export async function printParts(
  terminal: Pick<Terminal, "print" | "shown" | "unread">,
  parts: AsyncIterable<TextBlock>,
): Promise<void> {
  let isCut = false;
  const cut = (): void => void (isCut = true);
  terminal.shown.add(cut);
  for await (const part of parts) {
    if (isCut) return;
    terminal.print(part);
    await caughtUp(terminal);
  }
  terminal.shown.delete(cut);
}

/**
 * The same terminal, whose conversation can be switched off: from then on nothing is said, drawn or asked. Failures are
 * told by another.
 */
export function quietable(terminal: Terminal): { readonly terminal: Terminal; readonly beQuiet: () => void } {
  let isQuiet = false;
  return {
    terminal: {
      ...terminal,
      say: (text) => {
        if (!isQuiet) terminal.say(text);
      },
      get interactive() {
        return terminal.interactive && !isQuiet;
      },
      get animated() {
        return terminal.animated && !isQuiet;
      },
    },
    beQuiet: () => void (isQuiet = true),
  };
}

/** The same terminal, silent: for what runs many times side by side, whose progress nobody could follow. */
export function silenced(terminal: Terminal): Terminal {
  return { ...terminal, animated: false, interactive: false, print: () => undefined, say: () => undefined };
}

/** The same terminal with the whole conversation kept out of stdout, for machine-readable answers. */
export function talkingToStderr(terminal: Terminal): Terminal {
  return { ...terminal, print: terminal.say, out: terminal.err };
}

function textOf(text: Piece | TextBlock, onScreen: boolean): string {
  if (!(text instanceof TextBlock)) return `${String(toLine(text))}\n`;
  return onScreen ? text.onScreen() : String(text);
}
