/**
 * Names of actions as few patterns: a beginning, up to the end of a word, that none of the others has stands for all names with
 * it, also those that are newer than the list.
 * @param begin what all names begin with; it is not made a pattern itself
 * @param without names that no pattern may match
 */
export function shortened(
  names: readonly string[],
  without: readonly string[],
  begin: string,
): readonly string[] {
  const others = without.map((name) => name.toLowerCase());
  const partsAt = (some: readonly string[], length: number): readonly string[] => {
    const groups = new Map<string, string[]>();
    for (const name of some) {
      const key = name.slice(0, endOfWord(name, length));
      groups.set(key, [...(groups.get(key) ?? []), name]);
    }
    return [...groups].flatMap(([prefix, group]) => {
      if (group.length === 1) return group;
      const isAlone = !others.some((name) => name.startsWith(prefix.toLowerCase()));
      if (isAlone) return [`${prefix}*`];
      const [whole, longer] = [
        group.filter((name) => name === prefix),
        group.filter((name) => name !== prefix),
      ];
      return [...whole, ...partsAt(longer, prefix.length)];
    });
  };
  return partsAt(names, begin.length);
}

const WORD = /[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+|./y;

function endOfWord(name: string, from: number): number {
  WORD.lastIndex = from;
  return WORD.test(name) ? WORD.lastIndex : name.length;
}
