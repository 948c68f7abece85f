/**
 * A text from AWS or the cluster as it may go to a terminal: characters that end lines, turn the direction of writing or
 * can't be seen, by which text can look like another, become what they are in JSON. Source: Unicode, general categories
 * Cc, Cf, Zl and Zp, property Default_Ignorable_Code_Point.
 */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu, escaped);
}

function escaped(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
}

/** A text as it may stand in a label: what is longer than any name of Kubernetes (253 characters) is cut. */
export function shortened(text: string): string {
  return text.replace(/^(.{259}).{2,}$/su, "$1…");
}
