import { Chalk, type ColorSupportLevel } from "chalk";
import { printable } from "../model/printable.ts";
import { withoutSecrets } from "../model/secrets.ts";

/** What can be in a line: a line as it is, and any other text as `printable` shows it. */
export type Piece = Line | string | number;

/**
 * One line of a terminal or a log. Whatever others wrote in it is printable and in this line alone: only `line` and the
 * styles make one, and what is put into them as a string is taken to be foreign.
 */
export class Line {
  readonly #text: string;
  /** Its characters, without its styles. */
  readonly width: number;

  private constructor(text: string, width: number) {
    this.#text = text;
    this.width = width;
  }

  /** What is in a template of ours. */
  static of(literals: TemplateStringsArray, pieces: readonly Piece[]): Line {
    const lines = pieces.map(toLine);
    const texts = lines.map((one) => one.#text);
    const text = literals.map((literal, at) => `${literal}${texts[at] ?? ""}`).join("");
    const width = literals.join("").length + lines.reduce((sum, one) => sum + one.width, 0);
    return new Line(text, width);
  }

  /** A text that is not ours. */
  static printable(text: string): Line {
    const shown = printable(text);
    return new Line(shown, shown.length);
  }

  /** The line in a style of ours. */
  static styled(plain: Line, style: (text: string) => string): Line {
    return new Line(style(plain.#text), plain.width);
  }

  /**
   * Its parts of at most so many characters, one behind the other. A style that goes over an end holds until it is ended
   * in a later part.
   * @param atWords ends a part behind a blank where it has one
   */
  folded(width: number, atWords = false): Line[] {
    const parts = [""];
    let used = 0;
    // Of a secret that an end falls into, neither part would be known as one.
    for (const token of withoutSecrets(this.#text).match(STYLE_OR_CHARACTER) ?? []) {
      const size = STYLE.test(token) ? 0 : token.length;
      if (used + size > width && used > 0) {
        const full = parts.pop() ?? "";
        const end = (atWords && BLANK_INSIDE.exec(full)?.[0].length) || full.length;
        parts.push(full.slice(0, end), full.slice(end));
        used = full.slice(end).replaceAll(ANY_STYLE, "").length;
      }
      parts.push(`${parts.pop() ?? ""}${token}`);
      used += size;
    }
    return parts.map((text) => new Line(text, text.replaceAll(ANY_STYLE, "").length));
  }

  /**
   * As printed: not a command of a CI runner. Of the two forms one holds at the beginning of a line alone, where no
   * line of ours has it; the other can come together from several pieces.
   */
  toString(): string {
    return withoutCommands(this.#text);
  }
}

/** What chalk writes around a text; a foreign escape is printable, and so none of these. */
const STYLE = /^\p{Cc}\[[\d;]*m$/u;
const ANY_STYLE = /\p{Cc}\[[\d;]*m/gu;
/** Up to the last blank, where something is before it. */
const BLANK_INSIDE = /^\s*\S.* /su;
const STYLE_OR_CHARACTER = /\p{Cc}\[[\d;]*m|./gsu;

/** A line in which nothing is a command of a CI runner. */
export function withoutCommands(text: string): string {
  return text
    .replace(COMMAND_AT_BEGINNING, String.raw`$1\u003a:`)
    .replaceAll(COMMAND_ANYWHERE, String.raw`\u0023`);
}

/** Source: actions/runner, ActionCommand.cs: `::add-mask::…`, with blanks before it. */
const COMMAND_AT_BEGINNING = /^((?:\s|\p{Cc}\[\d+m)*)::/u;
const COMMAND_ANYWHERE = /#(?=#[\w.-]*\[)/g;

/** A line: what is in the template is ours, what is put into it is not, unless it is a line. */
export function line(literals: TemplateStringsArray, ...pieces: readonly Piece[]): Line {
  return Line.of(literals, pieces);
}

/** A piece by itself. */
export function toLine(piece: Piece): Line {
  return piece instanceof Line ? piece : Line.printable(String(piece));
}

/** Pieces one behind the other. */
export function joined(pieces: readonly Piece[], between: Piece = ""): Line {
  const [first = "", ...more] = pieces;
  return more.reduce<Line>((all, piece) => line`${all}${between}${piece}`, toLine(first));
}

/** A piece with blanks behind it, up to a width. */
export function padded(piece: Piece, width: number): Line {
  const own = toLine(piece);
  return line`${own}${" ".repeat(Math.max(0, width - own.width))}`;
}

const STYLES = {
  bold: (chalk) => chalk.bold,
  dim: (chalk) => chalk.dim,
  red: (chalk) => chalk.red,
  boldRed: (chalk) => chalk.red.bold,
  green: (chalk) => chalk.green,
  yellow: (chalk) => chalk.yellow,
  blue: (chalk) => chalk.blue,
  cyan: (chalk) => chalk.cyan,
} as const satisfies Record<string, (chalk: Chalked) => (text: string) => string>;

type Chalked = InstanceType<typeof Chalk>;

/** The styles of a stream; where it has no colors they change nothing. */
export type Styles = Readonly<Record<keyof typeof STYLES, (piece: Piece) => Line>>;

/** The styles of a stream that has so many colors. */
export function stylesOf(level: ColorSupportLevel): Styles {
  const chalk = new Chalk({ level });
  const styles = Object.entries(STYLES).map(([name, of]) => {
    return [name, (piece: Piece) => Line.styled(toLine(piece), of(chalk))] as const;
  });
  return Object.fromEntries(styles) as Styles;
}
