import type { ShellCommand } from "./shell.ts";
import { printable } from "../model/printable.ts";
import { Inert } from "./inert.ts";
import { toLine, type Piece } from "./line.ts";

/** A line of Markdown. */
export type Markdown = Inert<"markdown">;

/** Makes a line of Markdown; what is put into it is text, whatever Markdown, HTML or a forge would make of it. */
export const md = Inert.tag("markdown", escaped);

/** Pieces of a line. @param between as `, ` */
export function joined(pieces: readonly Markdown[], between: string): Markdown {
  return Inert.join("markdown", pieces, between);
}

/** A command in a block of its own, whose fence no command can close. */
export function fence(command: ShellCommand): Markdown[] {
  const ticks = code`${"`".repeat(longestTicks(command) + 1)}`;
  return [code`${ticks}sh`, code`${command}`, ticks];
}

/**
 * Lines of a plan in a block of its own, from the first column on, where a forge colors what begins with `+` or `-`.
 * A line of a plan is printable, and none is long enough in backticks to close the fence.
 */
export function fencedLines(lines: readonly Piece[], language: "diff" | ""): Markdown[] {
  const texts = lines.map((one) => String(toLine(one)).replace(/^ {2}/, ""));
  const ticks = code`${"`".repeat(longestTicks(texts.join("\n")) + 1)}`;
  return [code`${ticks}${language}`, ...texts.map((text) => code`${text}`), ticks];
}

/** At least the two that no fence is. */
function longestTicks(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((most, { length }) => Math.max(most, length), 2);
}

/** Between fences nothing but the fence is Markdown, and a command is printable. */
const code = Inert.tag("markdown", (text) => text);

/**
 * Escapes what Markdown or HTML acts on, also where it does so only at the beginning of a line. Forges look for names,
 * numbers of issues and addresses in the text that comes out, where no escape is seen any more; a comment is.
 * Source: CommonMark 0.31, "Backslash escapes"; GitHub Flavored Markdown, "Autolinks (extension)".
 */
function escaped(text: string): string {
  return printable(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(/[\\`*_{}[\]()#+!|~>$]/g, (character) => `\\${character}`)
    .replaceAll(/[@#](?=\w)|:(?=\/\/)|\bwww\.(?=\w)/gi, (sign) => `${sign}<!-- -->`)
    .replace(/^ +/, (blanks) => "&#32;".repeat(blanks.length))
    .replace(/^(?:[-=]|::)/, String.raw`\$&`)
    .replace(/^(\d+)\./, String.raw`$1\.`);
}
