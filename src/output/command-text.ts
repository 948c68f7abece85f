import type { CommandWords } from "../model/command-words.ts";
import { adviceLines, type Failure } from "../model/failure.ts";
import { shellCommand } from "./shell.ts";
import { line, type Line, type Piece } from "./line.ts";

/** A command on a line of its own, below what says that it is to be run. */
export function commandLine(words: CommandWords): Line {
  return line`      ${shellCommand(words)}`;
}

/** What to do about a failure: its advice line by line, below that the command or the flags, set off by blanks. */
export function adviceShown(failure: Failure): Piece[] {
  const { command, flags } = failure.detail;
  return [
    ...adviceLines(failure),
    ...[command, flags].flatMap((words) => (words === undefined ? [] : [line`    ${shellCommand(words)}`])),
  ];
}

const WIDTH = 90;

/** A command line as people type it, behind a prompt, broken before a flag where it gets too long. */
export function wrappedCommand(words: CommandWords): string[] {
  const lines = ["$"];
  for (const [at, word] of words.entries()) {
    const next = words.slice(at, word.startsWith("-") ? at + 2 : at + 1);
    const last = lines.at(-1) ?? "";
    const tooLong = `${last} ${shellCommand(next)}`.length > WIDTH;
    if (tooLong && word.startsWith("-")) lines.push(`      ${shellCommand([word])}`);
    else lines[lines.length - 1] = `${last} ${shellCommand([word])}`;
  }
  return lines.map((one, at) => (at === lines.length - 1 ? one : `${one} \\`));
}

/** What is said of a command line in eksctl syntax: irsa's own, and which flags it does not have. */
export function translatedLine(args: readonly string[], ignored: readonly string[]): string {
  const left = ignored.length === 0 ? "" : `; ignored: ${ignored.join(", ")}`;
  return `eksctl syntax; the irsa command is: ${shellCommand(["irsa", ...args])}${left}`;
}
