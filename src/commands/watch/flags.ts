import { invalid, valid, type Parsed } from "../../model/problems.ts";
import type { ClusterFlags } from "../shared/session/options.ts";

/** The formats of `watch`. */
export const FORMATS = ["text", "json"] as const;

/** The flags of `watch` as commander gives them. */
export interface WatchFlags extends ClusterFlags {
  readonly namespace?: readonly string[];
  readonly pollInterval: string;
  readonly duration?: string;
  readonly lines?: boolean;
  readonly metrics?: string;
  readonly lease?: string;
  readonly events?: boolean;
  readonly output: (typeof FORMATS)[number];
}

/** IAM's list of all roles takes a call for 1,000 of them; a shorter interval would be throttled with others' calls. */
const LEAST_SECONDS = 10;
const MOST_SECONDS = 3600;

/** An interval as `90s` or `5m`, in milliseconds. */
export function parsePollInterval(text: string): Parsed<number> {
  return secondsIn(text, LEAST_SECONDS, MOST_SECONDS);
}

const LONGEST_SECONDS = 86_400;

/** For how long to watch, in milliseconds. */
export function parseDuration(text: string): Parsed<number> {
  return secondsIn(text, 1, LONGEST_SECONDS);
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

function secondsIn(text: string, least: number, most: number): Parsed<number> {
  const [, digits = "", unit = ""] = /^(\d{1,5})([smh])$/.exec(text) ?? [];
  if (digits === "") return invalid("is not a valid duration; use a number and a unit, such as 60s or 5m");
  const seconds = Number(digits) * (UNITS[unit] ?? 1);
  return seconds >= least && seconds <= most
    ? valid(seconds * 1000)
    : invalid(`is not between ${least}s and ${most / 3600}h`);
}
