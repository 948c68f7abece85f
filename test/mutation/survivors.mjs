/*
 * The mutants that may survive, each with its reason. `same`: no caller can tell the mutant from the code. `text`: it
 * changes what a person reads, and no decision.
 */

/** For a default that the compiler asks for, and that never comes to be used. */
const NEVER = "never reached: the compiler does not know that there is a value";

const QUICKER = "values are compared as patterns made beforehand, or made each time";

const BY_CHARACTER = "by code units it is quicker, where they are the characters";

const ANY_CASE = "either case makes one spelling of all";

const ANY_ORDER = "any order will do, and no two keys of an object are equal";

/** By file: what is replaced by what. */
const SAME = {
  "src/model/trust-policy/administrator.ts": {
    '"aws" → ""': "a pattern without a partition begins with `*`, which takes in any",
  },
  "src/model/trust-policy/comparisons.ts": { '"" → "Stryker was here!"': NEVER },
  "src/model/trust-policy/condition.ts": {
    '[] → ["Stryker was here"]':
      "whether an absent key matches is never unknown, and keys are told of what is unknown",
    "variables && expected.some(hasVariable) → true": QUICKER,
    "variables && expected.some(hasVariable) → variables || expected.some(hasVariable)": QUICKER,
  },
  "src/model/trust-policy/evaluate.ts": {
    'statements.filter(({ effect }) => effect === "Allow") → statements':
      "a Deny that applies decides before the Allows are asked, and each unknown key is told once",
    'effect === "Allow" → true':
      "a Deny that applies decides before the Allows are asked, and each unknown key is told once",
  },
  "src/model/trust-policy/explain.ts": {
    '"" → "Stryker was here!"':
      "an element without operator or a place behind the end: no operator's name, no wildcard",
    "bare !== key → true": "the key as it stands is absent: that is the mismatch",
    "length < one.length → length <= one.length": "two equal texts are told apart before",
  },
  "src/model/trust-policy/grant.ts": {
    '[] → ["Stryker was here"]': "without a Condition no audience makes the statement ours",
  },
  "src/model/trust-policy/judge-move.ts": {
    "RANK[own.verdict] > RANK[old.verdict] → RANK[own.verdict] >= RANK[old.verdict]":
      "of two that say the same, either will do: where both depend on something, what follows does not",
  },
  "src/model/trust-policy/judge.ts": { '"" → "Stryker was here!"': NEVER },
  "src/model/trust-policy/match.ts": {
    '"" → "Stryker was here!"': NEVER,
    '[] → ["Stryker was here"]': "no `*` stands between two of them",
    "piece === ONE → true": "no `*` stands between two of them",
    "compiled === undefined → true": QUICKER,
    "piece === ONE → piece !== ONE": BY_CHARACTER,
    'typeof text === "string" → true': "the run is a text only where the value is",
    'typeof text === "string" → typeof text !== "string"': BY_CHARACTER,
    "{ const found = text.indexOf(run, from); return found + run.length <= end ? found : -1; } → {}":
      BY_CHARACTER,
    'piece === ONE || (typeof piece === "string" && /[\\uD800-\\uDFFF]/.test(piece)) → true': BY_CHARACTER,
  },
  "src/model/trust-policy/move-callers.ts": {
    '"" → "Stryker was here!"': "an issuer that no condition key has",
  },
  "src/model/trust-policy/move-issuer.ts": {
    '[] → ["Stryker was here"]': "the names of a Principal that is not an object are not looked at",
  },
  "src/model/trust-policy/operators.ts": {
    "stem === undefined → false": "without a stem there is no test either, which is asked next",
  },
  "src/model/trust-policy/permissions.ts": {
    '"" → "Stryker was here!"': "a word that all such statements share",
    "String(action).toLowerCase() → String(action).toUpperCase()": ANY_CASE,
  },
  "src/model/trust-policy/read.ts": { "{ patterns } → {}": QUICKER },
  "src/model/trust-policy/rename-issuer.ts": {
    "String(key).toLowerCase() → String(key).toUpperCase()": ANY_CASE,
    '[] → ["Stryker was here"]': "no provider has that name",
  },
  "src/model/trust-policy/same.ts": {
    "action.toLowerCase() → action.toUpperCase()": ANY_CASE,
    "key.toLowerCase() → key.toUpperCase()": ANY_CASE,
    "one < other → one <= other": ANY_ORDER,
    "one < other → one >= other": ANY_ORDER,
    '"" → "Stryker was here!"': "any text that is not JSON stands for nothing",
  },
  "src/model/trust-policy/scalars.ts": { '"" → "Stryker was here!"': NEVER },
  "src/model/trust-policy/variables.ts": {
    '"" → "Stryker was here!"': "a variable always has a key; what stands in for its value is thrown away",
    'values === "unknown" → false': "the word, taken for a list, has more than one element",
  },
  "src/model/api-endpoint.ts": { "server.toLowerCase() → server.toUpperCase()": ANY_CASE },
  "src/service-account/role/sharing.ts": {
    'near !== "too-complex" → true': "the word has more letters than an empty list has elements",
  },
  "src/service-account/service-account/rights.ts": { '"" → "Stryker was here!"': NEVER },
  "src/service-account/delete/service-account.ts": {
    '[] → ["Stryker was here"]': "no annotation has that name",
  },
  "src/service-account/create/plan.ts": {
    '"" → "Stryker was here!"': "a role that is only repaired has its name: none is computed",
  },
  "src/service-account/fleet/prune.ts": {
    '"" → "Stryker was here!"': "a role that was found has its name: none is computed",
    "serviceAccountPath(one.serviceAccount) < serviceAccountPath(other.serviceAccount) → serviceAccountPath(one.serviceAccount) <= serviceAccountPath(other.serviceAccount)":
      "two roles of one ServiceAccount end in a refusal, in any order",
  },
  "src/service-account/delete/plan.ts": {
    '[] → ["Stryker was here"]': "what hangs on a role that stays is not looked at",
  },
};

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
