import { printableLines } from "../model/printable.ts";
import { TextBlock } from "./text-block.ts";

/** A value as an answer in JSON, indented. */
export function json(value: unknown): TextBlock {
  return TextBlock.written(jsonText(value, 2));
}

/** A value as JSON in one line. */
export function jsonLine(value: unknown): TextBlock {
  return TextBlock.written(jsonText(value, 0));
}

/** A value as JSON that always parses, to exactly that value: what is not printable is in JSON's own escapes. */
export function jsonText(value: unknown, indent: 0 | 2): string {
  return printableLines(JSON.stringify(value, null, indent), escaped);
}

function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, at) => character.charCodeAt(at))
    .map((unit) => String.raw`\u${unit.toString(16).padStart(4, "0")}`)
    .join("");
}
