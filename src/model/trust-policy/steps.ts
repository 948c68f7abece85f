import type { Selection, TrustStatement } from "./read.ts";

/**
 * How many comparisons the trust policy of one role may cost, each of one value with another. The roles that people
 * write take some thousands, the longest that IAM takes some hundred thousand; this many take about a second.
 */
export const STEPS_PER_ROLE = 1_000_000;

/** A trust policy is judged by callers that it speaks of, and there are more of them than can be tried. */
export class TooComplex extends Error {}

/** Counts the steps of one judgement, which end at the same place on every machine. */
export class Steps {
  #left: number;

  constructor(limit: number = STEPS_PER_ROLE) {
    this.#left = limit;
  }

  /** @throws TooComplex once more was spent than there was */
  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw new TooComplex("the steps of a judgement are used up");
  }
}

/** What comes of a judgement, or `too-complex` where it costs more steps than there are. */
export function unlessTooComplex<T>(judge: () => T): T | "too-complex" {
  try {
    return judge();
  } catch (error) {
    if (error instanceof TooComplex) return "too-complex";
    throw error;
  }
}

/** What one evaluation of the statements costs at most. */
export function stepsOf(statements: readonly TrustStatement[]): number {
  return statements.reduce((sum, one) => sum + statementSteps(one), 1);
}

function statementSteps({ principal, action, conditions }: TrustStatement): number {
  const values = conditions.reduce((sum, { expected }) => sum + 1 + expected.length, 0);
  return 1 + lengthOf(principal) + lengthOf(action) + values;
}

function lengthOf({ items }: Selection<unknown>): number {
  return items === "unreadable" ? 0 : items.length;
}
