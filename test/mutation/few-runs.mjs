import * as fc from "fast-check";

export * from "fast-check";

/**
 * fast-check with few runs, always the same: a mutant that dies in one run and not in the next is no figure. The first
 * counterexample is enough, a small one is for people.
 */
export function assert(property, parameters = {}) {
  const numRuns = Math.min(parameters.numRuns ?? 100, Number(process.env.MUTATION_RUNS));
  return fc.assert(property, { ...parameters, numRuns, seed: 1, endOnFailure: true });
}
