/**
 * Which packages of a lock file are for development only: reached from what the project needs to develop and not from
 * what it needs to run. Where a dependency can't be followed nothing is: then it can't be determined.
 */
export function developmentOnly(
  roots: { readonly run: readonly (string | undefined)[]; readonly develop: readonly (string | undefined)[] },
  dependenciesOf: (key: string) => readonly (string | undefined)[],
): ReadonlySet<string> {
  const run = reached(roots.run, dependenciesOf);
  const develop = reached(roots.develop, dependenciesOf);
  if (run === undefined || develop === undefined) return new Set();
  return new Set([...develop].filter((key) => !run.has(key)));
}

function reached(
  roots: readonly (string | undefined)[],
  dependenciesOf: (key: string) => readonly (string | undefined)[],
): Set<string> | undefined {
  const found = new Set<string>();
  const open = [...roots];
  while (open.length > 0) {
    const key = open.pop();
    if (key === undefined) return undefined;
    if (found.has(key)) continue;
    found.add(key);
    for (const next of dependenciesOf(key)) open.push(next);
  }
  return found;
}
