import { TextBlock } from "../../src/output/text-block.ts";
import { PLAIN, textOf } from "./shown.ts";
import { Envelope } from "../../src/output/envelope.ts";
import type { CommandContext } from "../../src/commands/command-context.ts";

/** What a command said and how it ended, without color. */
export interface Heard {
  readonly out: string[];
  readonly err: string[];
  /** Texts that went to stdout byte by byte. */
  readonly written: string[];
  code: number;
}

/** A command's surroundings with nobody at the terminal, and what is heard there. */
export function listeningContext(): { readonly context: CommandContext; readonly heard: Heard } {
  const heard: Heard = { out: [], err: [], written: [], code: 0 };
  const context: CommandContext = {
    terminal: {
      print: (text) => {
        if (text instanceof TextBlock && text.isVerbatim) heard.written.push(String(text));
        else heard.out.push(textOf(text));
      },
      say: (text) => void heard.err.push(textOf(text)),
      interactive: false,
      animated: false,
      answersOnScreen: false,
      shown: new Set(),
      out: PLAIN,
      err: PLAIN,
    },
    signal: new AbortController().signal,
    takeInterrupts: async () => undefined,
    organization: async () => undefined,
    envelope: new Envelope("get-sa", false),
    exitWith: (wanted) => void (heard.code = wanted),
  };
  return { context, heard };
}
