import { unstated, type StatedVersion } from "../used-package.ts";
import { successor } from "./pep440.ts";

/** How a language of ranges takes a bare version, and a tilde. */
export interface RangeStyle {
  readonly bare: "exact" | "caret";
  /** `~1.2`: up to 1.3, or up to 2 (Composer, and Bundler's `~>`). */
  readonly tilde: "last-but-one" | "minor";
}

/** npm's, of which Poetry's are near enough. */
export const NPM_RANGES: RangeStyle = { bare: "exact", tilde: "minor" };
/** Cargo's: a bare version allows what is compatible with it. */
export const CARGO_RANGES: RangeStyle = { bare: "caret", tilde: "minor" };
/** Composer's and Bundler's. */
export const COMPOSER_RANGES: RangeStyle = { bare: "exact", tilde: "last-but-one" };

/** Characters of a range; `||` between dozens of versions has some hundreds. */
const LONGEST = 1_000;

type Bounds = Omit<StatedVersion, "text">;

/**
 * The bounds of a range such as `^1.2 || ~2.1`: of several, those around all. What is not a range is shown and can't be
 * compared.
 */
export function rangeBounds(text: string, style: RangeStyle): StatedVersion {
  if (text.length > LONGEST) return unstated("its version is not given here");
  const alternatives = text.split(/\s*\|\|?\s*/).map((one) => intersection(one.trim(), style));
  const known = alternatives.filter((one) => one !== undefined);
  if (known.length < alternatives.length) return unstated(text.trim() === "" ? "no version given" : text);
  const from = lowest(known.map((one) => one.from));
  const to = highest(known.map((one) => one.to));
  return { text, ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}

function intersection(text: string, style: RangeStyle): Bounds | undefined {
  const [, low, high] = /^v?(\d\S*)\s+-\s+v?(\d\S*)$/.exec(text) ?? [];
  if (low !== undefined && high !== undefined) return { from: low, to: { version: high, included: true } };
  const parts = text
    .replaceAll(/([<>=^~!])\s+/g, "$1")
    .split(/[\s,]+/)
    .filter((part) => part !== "");
  const bounds = parts.map((part) => single(part, style)).filter((one) => one !== undefined);
  if (parts.length === 0 || bounds.length < parts.length) return undefined;
  return bounds.reduce((all, one) => ({ ...all, ...one }), {});
}

function single(part: string, style: RangeStyle): Bounds | undefined {
  const [, operator = "", version] = /^(\^|~>?|>=|<=|>|<|==?|!=)?v?(\d[\w.+*-]*)$/.exec(part) ?? [];
  if (version === undefined) return /^[*xX]$/.test(part) ? {} : undefined;
  const numbers = version.replace(/(\.[*xX])+$/, "").split(".");
  const isWild = /\.[*xX]$/.test(version);
  const plain = numbers.join(".");
  switch (operator) {
    case ">=":
    case ">":
      return { from: plain };
    case "<=":
      return { to: { version: plain, included: true } };
    case "<":
      return { to: { version: plain, included: false } };
    case "!=":
      return {};
    case "^":
      return below(plain, caretEnd(numbers));
    case "~":
    case "~>":
      return below(plain, tildeEnd(numbers, operator === "~>" ? "last-but-one" : style.tilde));
    default:
      if (isWild) return below(plain, successor(numbers));
      if (operator === "" && style.bare === "caret") return below(plain, caretEnd(numbers));
      return { from: plain, to: { version: plain, included: true } };
  }
}

function below(from: string, version: string): Bounds {
  return { from, to: { version, included: false } };
}

/** The first number that is not 0 stays. */
function caretEnd(numbers: readonly string[]): string {
  const at = numbers.findIndex((one) => Number.parseInt(one, 10) > 0);
  return successor(
    numbers.slice(0, at < 0 ? numbers.length : at + 1).map((one) => `${Number.parseInt(one, 10)}`),
  );
}

function tildeEnd(numbers: readonly string[], tilde: RangeStyle["tilde"]): string {
  const kept = tilde === "minor" ? numbers.slice(0, 2) : numbers.slice(0, Math.max(1, numbers.length - 1));
  return successor(kept.map((one) => `${Number.parseInt(one, 10)}`));
}

function lowest(versions: readonly (string | undefined)[]): string | undefined {
  if (versions.some((one) => one === undefined)) return undefined;
  return versions.toSorted(byNumbers)[0];
}

function highest(ends: readonly (StatedVersion["to"] | undefined)[]): StatedVersion["to"] | undefined {
  if (ends.some((one) => one === undefined)) return undefined;
  return ends.toSorted((left, right) => byNumbers(left?.version, right?.version)).at(-1);
}

function byNumbers(left = "", right = ""): number {
  return left.localeCompare(right, "en", { numeric: true });
}
