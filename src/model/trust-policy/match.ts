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
  return text.split(/([*?])/).map((piece) => (piece === "*" ? ANY : piece === "?" ? ONE : piece));
}

/** The pattern that matches just this text, wildcard characters taken literally. */
export function literalPattern(text: string): Pattern {
  return [text];
}

/** The pattern as text, which is what counts where wildcards do not. */
export function patternText(pattern: Pattern): string {
  return pattern.map((piece) => (typeof piece === "symbol" ? (piece.description ?? "") : piece)).join("");
}

/** A pattern made ready: what stands before, between and behind its `*`; without one, a single run. */
interface Compiled {
  readonly runs: readonly Run[];
  /** By characters, where what `?` stands for may be two code units. */
  readonly byCharacter: boolean;
}

/** Literal text, or characters and `?`. */
type Run = string | readonly (string | typeof ONE)[];

/** Patterns are compared with many values. */
const COMPILED = new WeakMap<Pattern, Compiled>();

/**
 * True if the pattern matches the whole text, case-sensitively. Nothing is tried twice: between two `*` the first place
 * that fits serves, so that a hostile pattern takes at most |pattern| × |text| steps, and an ordinary one |text|.
 */
export function matchesPattern(pattern: Pattern, text: string): boolean {
  let compiled = COMPILED.get(pattern);
  if (compiled === undefined) COMPILED.set(pattern, (compiled = compile(pattern)));
  // Where each character is one code unit, a text need not be taken apart.
  return matchesRuns(compiled.runs, compiled.byCharacter && PAIRED.test(text) ? Array.from(text) : text);
}

const PAIRED = /[\uD800-\uDFFF]/;

function compile(pattern: Pattern): Compiled {
  const byCharacter = pattern.some(
    (piece) => piece === ONE || (typeof piece === "string" && PAIRED.test(piece)),
  );
  const between: Pattern[number][][] = [[]];
  for (const piece of pattern)
    if (piece === ANY) between.push([]);
    else between.at(-1)?.push(piece);
  return {
    byCharacter,
    runs: between.map((pieces) => (byCharacter ? pieces.flatMap(charactersOf) : pieces.join(""))),
  };
}

/** Of what stands between two `*`. */
function charactersOf(piece: Pattern[number]): (string | typeof ONE)[] {
  if (typeof piece === "string") return Array.from(piece);
  return piece === ONE ? [ONE] : [];
}

function matchesRuns(runs: readonly Run[], text: string | readonly string[]): boolean {
  const [first = "", ...middle] = runs;
  const last = middle.pop();
  if (last === undefined) return first.length === text.length && isAt(first, text, 0);
  const end = text.length - last.length;
  if (end < first.length || !isAt(first, text, 0) || !isAt(last, text, end)) return false;
  let at = first.length;
  for (const run of middle) {
    const found = indexOf(run, text, at, end);
    if (found < 0) return false;
    at = found + run.length;
  }
  return true;
}

function isAt(run: Run, text: string | readonly string[], at: number): boolean {
  if (typeof run === "string" && typeof text === "string") return text.startsWith(run, at);
  for (let index = 0; index < run.length; index += 1)
    if (run[index] !== ONE && run[index] !== text[at + index]) return false;
  return true;
}

/** The first place between two where the run stands; -1 if there is none. */
function indexOf(run: Run, text: string | readonly string[], from: number, end: number): number {
  if (typeof run === "string" && typeof text === "string") {
    const found = text.indexOf(run, from);
    return found + run.length <= end ? found : -1;
  }
  for (let at = from; at + run.length <= end; at += 1) if (isAt(run, text, at)) return at;
  return -1;
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
