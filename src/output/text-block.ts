import { withoutCommands, type Line } from "./line.ts";
import { printable, printableLines } from "../model/printable.ts";
import type { Inert } from "./inert.ts";

/** A whole answer of many lines, in which nothing that others wrote begins a line or can be obeyed. */
export class TextBlock {
  readonly #text: string;
  /** True for a text that another program takes byte by byte. */
  readonly isVerbatim: boolean;

  private constructor(text: string, isVerbatim = false) {
    this.#text = text;
    this.isVerbatim = isVerbatim;
  }

  /** Lines of one language, each ended. */
  static of(lines: readonly (Line | Inert<string>)[]): TextBlock {
    return new TextBlock(lines.map((one) => `${String(one)}\n`).join(""));
  }

  /** A text that its own writer (of JSON, of YAML) has made harmless. */
  static written(text: string): TextBlock {
    return new TextBlock(text.endsWith("\n") ? text : `${text}\n`);
  }

  /**
   * A text that the user laid out, with printable values in it: it ends as it was laid out, with a line or without, but on
   * a screen.
   */
  static composed(text: string): TextBlock {
    // A runner ends a line at a carriage return too.
    return new TextBlock(text.replaceAll(/[^\r\n]+/g, withoutCommands));
  }

  /** A file of the user's, which goes on to another program: no byte of it may change. */
  static verbatim(text: string): TextBlock {
    return new TextBlock(text, true);
  }

  toString(): string {
    return this.#text;
  }

  /** As a screen shows it, which takes no bytes but obeys them. */
  onScreen(): string {
    if (this.isVerbatim) return printableLines(this.#text, printable);
    return this.#text === "" || this.#text.endsWith("\n") ? this.#text : `${this.#text}\n`;
  }
}
