import { isPrintable } from "./printable.ts";

/** A word for a POSIX shell, quoted if it needs it, on one line. Of irsa, `output/` alone quotes. */
export function shellWord(word: string): string {
  // zsh expands a word that begins with `=`.
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
