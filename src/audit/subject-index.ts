import { matchesPattern, patternOf } from "../model/trust-policy/match.ts";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";
import { groupBy } from "./group-by.ts";

/** A ServiceAccount, with the `sub` of its tokens. */
interface WithSubject {
  readonly ref: ServiceAccountRef;
  readonly subject: string;
}

/** What matches a value with wildcards, and how many ServiceAccounts were compared with it. */
interface Matches<One> {
  readonly found: readonly One[];
  readonly compared: number;
}

/** ServiceAccounts by what a value with wildcards may have in full: their namespace, or how their subject or name begins. */
export type SubjectIndex<One> = (value: string) => Matches<One>;

/** Indexes ServiceAccounts; a value that several roles have is compared only once. */
export function subjectIndexOf<One extends WithSubject>(all: readonly One[]): SubjectIndex<One> {
  const bySubject = sortedBy(all, ({ subject }) => subject);
  const byName = sortedBy(all, ({ ref }) => ref.name);
  const byNamespace = groupBy(all, ({ ref }): string => ref.namespace);
  const likely = (value: string): readonly One[] => {
    const parts = /^system:serviceaccount:([^:]*):([^:]*)$/.exec(value);
    if (parts === null) return bySubject(literalStart(value));
    // No namespace and no name has a colon, so that each side is matched by its own part alone.
    const [, namespace = "", name = ""] = parts;
    const pattern = patternOf(namespace);
    const within = [...byNamespace].filter(([one]) => matchesPattern(pattern, one));
    const named = byName(literalStart(name));
    const size = within.reduce((sum, [, group]) => sum + group.length, 0);
    return named.length < size ? named : within.flatMap(([, group]) => group);
  };
  const known = new Map<string, Matches<One>>();
  return (value) => {
    const before = known.get(value);
    if (before !== undefined) return before;
    const pattern = patternOf(value);
    const compared = likely(value);
    const found = compared.filter(({ subject }) => matchesPattern(pattern, subject));
    const matches = { found, compared: compared.length };
    known.set(value, matches);
    return matches;
  };
}

/** What stands before the first wildcard. */
function literalStart(value: string): string {
  return value.slice(0, value.search(/[*?]|$/));
}

/** Finds those whose text begins with a prefix, by bisection. */
function sortedBy<One>(
  all: readonly One[],
  textOf: (one: One) => string,
): (prefix: string) => readonly One[] {
  const sorted = all
    .map((one) => ({ one, text: textOf(one) }))
    .toSorted((one, other) => (one.text === other.text ? 0 : one.text < other.text ? -1 : 1));
  const candidates = sorted.map(({ one }) => one);
  const firstWhere = (holds: (text: string) => boolean): number => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (holds(sorted[middle]?.text ?? "")) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return (prefix) => {
    if (prefix === "") return candidates;
    const from = firstWhere((text) => text >= prefix);
    return candidates.slice(
      from,
      firstWhere((text) => text >= prefix && !text.startsWith(prefix)),
    );
  };
}
