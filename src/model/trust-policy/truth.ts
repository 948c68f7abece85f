/**
 * Three-valued truth (Kleene's strong logic): what depends on facts that nobody can know beforehand is `unknown`,
 * and stays so unless the rest decides alone.
 */
export type Truth = "yes" | "no" | "unknown";

/** The truth of a plain boolean. */
export function truthOf(value: boolean): Truth {
  return value ? "yes" : "no";
}

/** Conjunction: one `no` decides; nothing at all is `yes`. */
export function allOf(truths: readonly Truth[]): Truth {
  if (truths.includes("no")) return "no";
  return truths.includes("unknown") ? "unknown" : "yes";
}

/** Disjunction: one `yes` decides; nothing at all is `no`. */
export function anyOf(truths: readonly Truth[]): Truth {
  if (truths.includes("yes")) return "yes";
  return truths.includes("unknown") ? "unknown" : "no";
}

/** Negation; `unknown` stays unknown. */
export function opposite(truth: Truth): Truth {
  if (truth === "unknown") return "unknown";
  return truth === "yes" ? "no" : "yes";
}
