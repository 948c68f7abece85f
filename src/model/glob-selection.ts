import type { Note } from "./plan.ts";
import { matchesWildcard } from "./trust-policy/match.ts";

/** Globs on what things are called, as `namespace/name`; `*` takes in `/` too, as with eksctl. */
export interface GlobSelection {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
}

/** What is chosen from, for the notes: `ServiceAccount of the file`, `ServiceAccounts`. */
export interface ChosenFrom {
  readonly one: string;
  readonly many: string;
}

/** The selected items; a glob without a match is probably a typo, and reported. */
export function selectByGlob<Thing>(
  things: readonly Thing[],
  nameOf: (thing: Thing) => string,
  { include = [], exclude = [] }: GlobSelection,
  { one, many }: ChosenFrom,
): { readonly selected: readonly Thing[]; readonly notes: readonly Note[] } {
  const names = things.map(nameOf);
  const meets = (name: string, globs: readonly string[]): boolean =>
    globs.some((glob) => matchesWildcard(glob, name));
  const idle = [...include, ...exclude].filter((glob) => !names.some((name) => meets(name, [glob])));
  const selected = things.filter((thing) => {
    const name = nameOf(thing);
    return (include.length === 0 || meets(name, include)) && !meets(name, exclude);
  });
  const left = things.length - selected.length;
  const out = `${left} of ${things.length} ${many} are excluded by --include and --exclude`;
  return {
    selected,
    notes: [
      ...idle.map((glob): Note => ({
        level: "warning",
        code: "idle-glob",
        message: `no ${one} matches '${glob}'`,
      })),
      ...(left > 0 ? [{ level: "info", code: "left-out", message: out } as const] : []),
    ],
  };
}
