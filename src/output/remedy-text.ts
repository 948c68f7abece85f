import type { CommandWords } from "../model/command-words.ts";
import type { Remedy } from "../model/remedy.ts";
import { commandLine } from "./command-text.ts";
import type { Piece } from "./line.ts";
import { shellCommand } from "./shell.ts";

/** What is said before a command that says nothing of itself. */
const TO_FIX = "To fix it:";

/** What to do, line by line: sentences, and below them the commands that they lead to. */
export function remedyLines(remedy: Remedy): Piece[] {
  if (remedy.kind === "advice") return proposal(remedy.text, remedy.command);
  const { note = TO_FIX, command, otherwise } = remedy;
  return [
    ...proposal(note, command),
    ...(otherwise === undefined ? [] : proposal(otherwise.note, otherwise.command)),
  ];
}

function proposal(text: string, command: CommandWords | undefined): Piece[] {
  return [`  ${text}`, ...(command === undefined ? [] : [commandLine(command)])];
}

/** The same in a few words: the command alone, or the sentence with the command that it leads to. */
export function remedyText(remedy: Remedy): string {
  if (remedy.kind === "command") return shellCommand(remedy.command);
  const { text, command } = remedy;
  return command === undefined ? text : `${text} ${shellCommand(command)}`;
}
