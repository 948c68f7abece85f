/**
 * Characters that end lines, steer a terminal, turn the direction of writing, can't be seen, or look like a blank and
 * are none: by them a text can look like another, or pass for a line of ours. The ideographic space stays, which looks
 * like nothing else. Source: Unicode, general categories Cc, Cf, Cs, Co, Zl, Zp and Zs, properties
 * Default_Ignorable_Code_Point and Noncharacter_Code_Point; U+2800 is a sign of Braille without a dot.
 */
const HIDDEN = String.raw`[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u00A0\u1680\u2000-\u200A\u202F\u205F\u2800]`;

/** A combining mark without a letter before it combines with our text, and a pile of them reaches into other lines. */
const STRAY_MARK = String.raw`(?<![\p{L}\p{M}\p{N}])\p{M}|(?<=\p{M}{5})\p{M}`;

/**
 * What runners of CI take for a command wherever it is in a line: `##[…]` and `##vso[…]` of Azure Pipelines,
 * `##[…]` of GitHub's runner, `##teamcity[…]`. Source: actions/runner, ActionCommand.cs; Microsoft, "Logging commands";
 * JetBrains, "Service Messages".
 */
const RUNNER_COMMAND = String.raw`#(?=#[\w.-]*\[)`;

/** Marks behind what is written by its number would stand on that. */
const UNPRINTABLE = new RegExp(String.raw`(?:${HIDDEN}|${STRAY_MARK})\p{M}*|${RUNNER_COMMAND}`, "gu");
const UNPRINTABLE_BUT_LINE_ENDS = new RegExp(`(?!\n)(?:${UNPRINTABLE.source})`, "gu");

/** What has none of these has nothing unprintable in it, as most texts: that is told in a third of the time or less. */
const SUSPECT = /[^ -~]|##/;
const SUSPECT_BUT_LINE_ENDS = /[^\n -~]|##/;

/** The short escapes of JSON. */
const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * A text that others wrote, fit for one line of a terminal, a log or a document: what can't be seen or could be obeyed
 * is shown by its number, as JSON has it. Letters of all scripts and emoji stay. Again is once.
 */
export function printable(text: string): string {
  if (!SUSPECT.test(text)) return text;
  return text.replaceAll(UNPRINTABLE, (found) => Array.from(found, numbered).join(""));
}

/** True if a text is shown as it is. */
export function isPrintable(text: string): boolean {
  return !SUSPECT.test(text) || text.search(UNPRINTABLE) < 0;
}

/**
 * The same of a whole text whose line ends are ours, in the escapes of its own language.
 * @param escape writes a character's number, as `\u202e`
 */
export function printableLines(text: string, escape: (character: string) => string): string {
  if (!SUSPECT_BUT_LINE_ENDS.test(text)) return text;
  return text.replaceAll(UNPRINTABLE_BUT_LINE_ENDS, (found) => Array.from(found, escape).join(""));
}

function numbered(character: string): string {
  const number = (character.codePointAt(0) ?? 0).toString(16);
  return SHORT[character] ?? (number.length > 4 ? `\\u{${number}}` : `\\u${number.padStart(4, "0")}`);
}

/** A text as it may be in a label: what is longer than any name of Kubernetes (253 characters) is cut. */
export function shortened(text: string): string {
  return text.replace(/^(.{259}).{2,}$/su, "$1…");
}
