import type { CommandWords } from "../model/command-words.ts";
import { adviceLines, type Failure } from "../model/failure.ts";
import { shellCommand } from "../model/shell.ts";
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
