/** The escape sequences of the styles that we use ourselves; any other could hide or forge what is shown. */
const STYLES = new Set([1, 2, 22, 31, 32, 33, 36, 39].map((code) => `\u001B[${code}m`));
/** Characters that turn the direction of writing, by which text can look like another. */
const BIDI = /[\u202A-\u202E\u2066-\u2069]/g;
const STYLE_OR_ESCAPE = /\p{Cc}(?:\[\d{1,2}m)?/gu;

/**
 * A text fit for a terminal: names, annotations and documents come from people who may write them in a cluster or an
 * account, so control characters other than line ends and tabs are shown, as `\u{1b}`, and not obeyed.
 */
export function safeText(text: string): string {
  return text.replace(STYLE_OR_ESCAPE, defused).replace(BIDI, shown);
}

function defused(found: string): string {
  if (STYLES.has(found)) return found;
  const [control = "", ...rest] = found;
  return `${control === "\n" || control === "\t" ? control : shown(control)}${rest.join("")}`;
}

function shown(character: string): string {
  return `\\u{${character.charCodeAt(0).toString(16)}}`;
}
