import { Help, type Command } from "commander";

/** The width of a help that nobody's terminal limits; bin/irsa.cjs has the program's own help at hand for it. */
export const HELP_COLUMNS = 80;

/** Narrower than this, the terminal itself has to break the lines. */
const LEAST_COLUMNS = 40;

/** Beside its flag a description needs so many columns; with fewer it is below. */
const LEAST_BESIDE = 30;

const ITEM_INDENT = "  ";
const BELOW_INDENT = "      ";

/** How wide a help is on a stream. */
export function helpWidth({ columns = HELP_COLUMNS }: { readonly columns?: number }): number {
  return Math.max(LEAST_COLUMNS, columns);
}

/** Lets a command's help fit a narrow terminal: commander leaves unbroken what gets less than 40 columns. */
export function fitHelp(command: Command): Command {
  return command.configureHelp({
    minWidthToWrap: 20,
    formatItem(this: Help, term, termWidth, description, helper) {
      const width = helper.helpWidth ?? HELP_COLUMNS;
      if (description === "" || width - termWidth - 2 * ITEM_INDENT.length >= LEAST_BESIDE)
        return Help.prototype.formatItem.call(this, term, termWidth, description, helper);
      return `${ITEM_INDENT}${term}\n${wrapped(description, width, BELOW_INDENT)}`;
    },
  });
}

/**
 * A help's text with its longer lines broken: prose between words, the commands of its examples so that they can still be
 * pasted, with what is said of them above them.
 */
export function fittedText(text: string, width: number): string {
  const lines = text.split("\n");
  if (lines.every((line) => line.length <= width)) return text;
  const first = lines.indexOf("Examples:") + 1;
  if (first === 0) return fittedProse(lines, width).join("\n");
  const end = lines.indexOf("", first);
  const last = end === -1 ? lines.length : end;
  return [
    ...fittedProse(lines.slice(0, first), width),
    ...commandsOf(lines.slice(first, last)).flatMap((command) => fittedCommand(command, width)),
    ...fittedProse(lines.slice(last), width),
  ].join("\n");
}

/** Paragraphs, and the rows of lists between them. */
function fittedProse(lines: readonly string[], width: number): readonly string[] {
  return lines.every((line) => line.length <= width)
    ? lines
    : paragraphsOf(lines).flatMap((text) => {
        if (text.length <= width) return [text];
        if (COMMAND.test(text)) return fittedCommand([text], width);
        return [wrapped(text, width, /^ */.exec(text)?.[0] ?? "", text.startsWith(" ") ? BELOW_ROW : "")];
      });
}

/** Lines that are not indented are those of a sentence until it ends; each other is a row. */
function paragraphsOf(lines: readonly string[]): readonly string[] {
  const paragraphs: string[] = [];
  for (const line of lines) {
    const before = paragraphs.at(-1) ?? "";
    if (/^[^ ].*[^.:]$/.test(before) && /^[^ ]/.test(line)) paragraphs.splice(-1, 1, `${before} ${line}`);
    else paragraphs.push(line);
  }
  return paragraphs;
}

const BELOW_ROW = "    ";

/** In a row of its own in prose. */
const COMMAND = /^ +(?:irsa|curl) /;

/** The lines of each command: all but the last end with a backslash. */
function commandsOf(lines: readonly string[]): string[][] {
  const commands: string[][] = [];
  let isOpen = false;
  for (const line of lines) {
    const last = commands.at(-1);
    if (isOpen && last !== undefined) last.push(line);
    else commands.push([line]);
    isOpen = line.endsWith("\\");
  }
  return commands;
}

function fittedCommand(lines: readonly string[], width: number): readonly string[] {
  if (lines.every((line) => line.length <= width)) return lines;
  const [, command = "", remark] = /^(.*?)(?: +# (.*))?$/.exec(joinedCommand(lines)) ?? [];
  const words = command.match(/(?:'[^']*'|"[^"]*"|\S)+/g) ?? [];
  const said = remark === undefined ? [] : [wrapped(`# ${remark}`, width, ITEM_INDENT, "# ")];
  const broken = filled(words, width - BELOW_INDENT.length - " \\".length);
  const last = broken.length - 1;
  return [
    ...said,
    ...broken.map((line, at) => `${at === 0 ? ITEM_INDENT : BELOW_INDENT}${line}${at < last ? " \\" : ""}`),
  ];
}

function joinedCommand(lines: readonly string[]): string {
  return lines.map((line) => line.trimStart().replace(/\s*\\$/, "")).join(" ");
}

/** A paragraph within a width, its lines indented, those after the first with what a comment goes on with. */
function wrapped(text: string, width: number, indent: string, further = ""): string {
  const lines = filled(text.match(/\S+/g) ?? [], width - indent.length - further.length);
  return lines.length === 0
    ? ""
    : lines.map((line, at) => `${indent}${at > 0 ? further : ""}${line}`).join("\n");
}

/** Words in lines of a width; a longer word has a line of its own. */
function filled(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
