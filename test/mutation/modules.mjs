const ACCOUNT_TESTS =
  /^(service-account|verification\/(?!proof)|oidc-association)\/|^model\/(marks|api-audience)|^security\/(ownership|audience)/;

/** What is mutated (files of `src/`), and the tests that must notice (files of `test/`). */
export const MODULES = {
  "trust-policies": {
    mutate: /^model\/trust-policy\/(?!move-|rename-|judge-move)/,
    tests: /^model\/trust-policy\/(?!move-)/,
  },
  "trust-moves": {
    mutate: /^model\/trust-policy\/(move-|rename-|judge-move)/,
    tests: /^model\/trust-policy\/move-/,
  },
  ownership: {
    mutate:
      /^service-account\/(ownership|choose-role|sharing|trust|audience)\.ts$|^model\/(marks|api-audience)\.ts$/,
    tests: ACCOUNT_TESTS,
  },
  planners: {
    mutate:
      /^service-account\/(plan.*|.*-changes|update.*|removal|prune)\.ts$|^oidc-association\/plan.*\.ts$|^verification\/mend\.ts$/,
    tests: ACCOUNT_TESTS,
  },
  guards: {
    mutate:
      /^service-account\/(guardrails|rights)\.ts$|^commands\/session\/cluster-choice\.ts$|^kubernetes\/guard\.ts$/,
    tests:
      /^service-account\/(guardrails|plan-create|removal|prune)\.test|^kubernetes\/guard|^commands\/cluster-choice/,
  },
};
