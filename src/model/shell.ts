import { isPrintable } from "./printable.ts";

declare const COMMAND: unique symbol;

/** A command line that can be pasted into a shell, whatever is in its words. Only `shellCommand` makes one. */
export type ShellCommand = string & { readonly [COMMAND]: true };

/** A command line for a POSIX shell, every word quoted that needs it, in one line and ready to paste. */
export function shellCommand(words: readonly string[]): ShellCommand {
  return words.map(quote).join(" ") as ShellCommand;
}

/** zsh expands a word that begins with `=`. */
function quote(word: string): string {
  if (/^(?!=)[\w@%+=:,./-]+$/.test(word)) return word;
  return isPrintable(word) ? `'${word.replaceAll("'", String.raw`'\''`)}'` : `$'${escaped(word)}'`;
}

/**
 * Bytes by their numbers, as every shell with this form of quotes has them; no quote and no backslash stays that would
 * end the word in a shell without it (dash).
 */
function escaped(word: string): string {
  return Array.from(word, (character) =>
    /^[\w@%+=:,./ -]$/.test(character) || (character > "\u007F" && isPrintable(character))
      ? character
      : bytesOf(character),
  ).join("");
}

function bytesOf(character: string): string {
  return [...new TextEncoder().encode(character)]
    .map((byte) => `\\${byte.toString(8).padStart(3, "0")}`)
    .join("");
}
