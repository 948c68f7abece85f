import { invalid, valid, type Parsed } from "./problems.ts";

/** Milliseconds of each unit, from long to short. */
const UNITS = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;

const DURATION = /^(?:(\d{1,6})h)?(?:(\d{1,6})m(?!s))?(?:(\d{1,6})s)?(?:(\d{1,6})ms)?$/;

/** Milliseconds of a duration as kubectl accepts it (`90s`, `1h30m`, `25ms`), or of a number of seconds. */
export function parseDuration(text: string): Parsed<number> {
  if (/^\d{1,6}$/.test(text)) return valid(Number(text) * UNITS.s);
  const [, ...parts] = text === "" ? [] : (DURATION.exec(text) ?? []);
  if (parts.length === 0) return invalid("is not a valid duration; use for example 90s, 2m or 1h30m");
  const units = Object.values(UNITS);
  return valid(parts.reduce((sum, digits, at) => sum + Number(digits ?? 0) * (units[at] ?? 0), 0));
}
