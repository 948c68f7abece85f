/** The wildcard `*`: any sequence of characters, also none; it crosses `/` and `:`. */
export const ANY: unique symbol = Symbol("*");

/** The wildcard `?`: exactly one character. */
export const ONE: unique symbol = Symbol("?");

type Wildcard = typeof ANY | typeof ONE;

/**
 * An IAM pattern: runs of literal characters, and wildcards. Everything but the two wildcards is literal, `[` and `\` too.
 * Source: IAM User Guide, "IAM JSON policy elements: Condition operators" (StringLike).
 */
export type Pattern = readonly (string | Wildcard)[];

/** The pattern that a text of a policy stands for where wildcards count. */
export function patternOf(text: string): Pattern {
  if (!/[*?]/.test(text)) return literalPattern(text);
  const pieces = text.split(/([*?])/).filter((piece) => piece !== "");
  return pieces.map((piece) => (piece === "*" ? ANY : piece === "?" ? ONE : piece));
}

/** The pattern that matches just this text, wildcard characters taken literally. */
export function literalPattern(text: string): Pattern {
  return text === "" ? [] : [text];
}

/** The pattern as text, which is what counts where wildcards do not. */
export function patternText(pattern: Pattern): string {
  return pattern.map((piece) => (typeof piece === "symbol" ? (piece.description ?? "") : piece)).join("");
}

/** True if the pattern matches the whole text, case-sensitively; at most |pattern| × |text| steps, however hostile. */
export function matchesPattern(pattern: Pattern, text: string): boolean {
  const [first, ...rest] = pattern;
  if (typeof first !== "string") return matchesTokens(pattern.flatMap(tokensOf), Array.from(text));
  if (!text.startsWith(first)) return false;
  return matchesTokens(rest.flatMap(tokensOf), Array.from(text.slice(first.length)));
}

/** A character or wildcard at a time: what `?` stands for may be two code units. */
function tokensOf(piece: Pattern[number]): Pattern {
  return typeof piece === "string" ? Array.from(piece) : [piece];
}

function matchesTokens(pattern: Pattern, characters: readonly string[]): boolean {
  let next = 0;
  let at = 0;
  let retry: { readonly next: number; at: number } | undefined;
  while (at < characters.length) {
    const token = pattern[next];
    if (token === ANY) {
      next += 1;
      retry = { next, at };
    } else if (token === ONE || token === characters[at]) {
      next += 1;
      at += 1;
    } else if (retry !== undefined) {
      // Only the last `*` need ever take more: an earlier one has found its shortest match, and that serves.
      retry.at += 1;
      next = retry.next;
      at = retry.at;
    } else {
      return false;
    }
  }
  return pattern.slice(next).every((token) => token === ANY);
}

/** `matchesPattern` for a pattern given as text. */
export function matchesWildcard(pattern: string, text: string): boolean {
  return /[*?]/.test(pattern) ? matchesPattern(patternOf(pattern), text) : pattern === text;
}

/**
 * True if one of the patterns names the action; case does not count.
 * Source: IAM User Guide, "IAM JSON policy elements: Action".
 */
export function matchesAction(patterns: readonly string[], action: string): boolean {
  return patterns.some((pattern) => matchesWildcard(pattern.toLowerCase(), action.toLowerCase()));
}
