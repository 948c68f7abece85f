/*
 * The mutants that may survive, each with its reason. `same`: no caller can tell the mutant from the code. `text`: it
 * changes what a person reads, and no decision.
 */
const SAME = {};

/** Why a mutant may survive: its kind, and the reason in words. */
export function reasonFor({ file, mutator, original, replacement }) {
  const key = `${squeezed(original)} → ${squeezed(replacement)}`;
  const why = SAME[file]?.[key];
  if (why !== undefined) return { kind: "same", key, why };
  return mutator === "StringLiteral" && isProse(original)
    ? { kind: "text", key, why: "a message" }
    : undefined;
}

/** Words with blanks between them: no name of IAM's, AWS's or Kubernetes' has one. */
function isProse(literal) {
  return /[a-z'}]+[,:;]? [a-z'$]+/i.test(literal);
}

function squeezed(text) {
  return text.replaceAll(/\s+/g, " ").trim();
}
