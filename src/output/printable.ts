/**
 * A text from AWS or the cluster as it may go to a terminal: control characters and those that turn the direction of
 * writing, which could forge lines, become what they are in JSON. Source: Unicode, general categories Cc and Cf.
 */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, escaped);
}

function escaped(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
}

/** A text as it may stand in a label: what is longer than any name of Kubernetes (253 characters) is cut. */
export function shortened(text: string): string {
  return text.replace(/^(.{259}).{2,}$/su, "$1…");
}
