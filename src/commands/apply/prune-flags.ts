import { invalid, valid, type Parsed, type Problems } from "../../model/problems.ts";
import type { FileFlags } from "./flags.ts";

/** The set that ServiceAccounts belong to, and whether and how far it is pruned. */
export interface SetTerms {
  readonly set?: string;
  readonly prune: boolean;
  readonly most: number | undefined;
}

/** Judges `--set`, `--prune` and `--prune-max`; a prune that could take more than it seems is noted. */
export function parseSetFlags(flags: FileFlags, problems: Problems): SetTerms {
  const set = problems.maybe("--set", flags.set, parseSetName);
  const most = problems.maybe("--prune-max", flags.pruneMax, parseCount);
  const prune = flags.prune === true;
  if (prune && flags.set === undefined)
    problems.note("--prune", "", "requires --set NAME: only what was applied with that set is deleted");
  const narrowing = [
    ["--include", flags.include],
    ["--exclude", flags.exclude],
    ["--way", flags.way],
    ["--only-missing", flags.onlyMissing],
  ] as const;
  for (const [flag, value] of narrowing)
    if (prune && value !== undefined)
      problems.note(flag, "", "can't be used with --prune, which applies to the whole set");
  if (!prune && most !== undefined) problems.note("--prune-max", "", "requires --prune");
  return { prune, most, ...(set !== undefined && { set }) };
}

/** The name of a set, as it is in the tag. */
export function parseSetName(text: string): Parsed<string> {
  if (/^[\w.-]{1,64}$/.test(text)) return valid(text);
  return invalid("is not a valid set name; use 1 to 64 letters, digits, '-', '_' or '.'");
}

function parseCount(text: string): Parsed<number> {
  return /^\d{1,6}$/.test(text) ? valid(Number(text)) : invalid("is not a valid number");
}
