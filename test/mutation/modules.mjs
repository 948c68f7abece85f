/** What asks planners and judges of roles; not what kills a run call by call, which takes a minute and finds no more. */
const ACCOUNT_TESTS =
  /^(service-account\/(?!interruption|listing|roles-listed)|verification\/(?!proof|denied-reads)|oidc-association\/)|^model\/(marks|api-audience)|^security\/(ownership|audience)/;

/** What is mutated (files of `src/`), the tests that must notice (files of `test/`), and how many cases a property has. */
export const MODULES = {
  "trust-policies": {
    mutate: /^model\/trust-policy\/(?!move-|rename-|judge-move)/,
    tests: /^model\/trust-policy\/(?!move-)/,
    runs: 40,
  },
  "trust-moves": {
    mutate: /^model\/trust-policy\/(move-|rename-|judge-move)/,
    tests: /^model\/trust-policy\/move-/,
    runs: 5,
  },
  ownership: {
    mutate:
      /^service-account\/(ownership|choose-role|annotation-refusals|sharing|trust|write-trust|audience)\.ts$|^model\/(marks|api-audience)\.ts$/,
    tests: ACCOUNT_TESTS,
    runs: 10,
  },
  planners: {
    mutate:
      /^service-account\/(plan.*|.*-changes|(.*-)?(update|removal)|update-input|prune|exactness)\.ts$|^oidc-association\/plan.*\.ts$|^verification\/mend\.ts$/,
    tests: ACCOUNT_TESTS,
    runs: 10,
  },
  guards: {
    mutate:
      /^service-account\/(guardrails|rights)\.ts$|^commands\/session\/(cluster-choice|bound-cluster)\.ts$|^kubernetes\/guard\.ts$|^model\/api-endpoint\.ts$/,
    tests:
      /^service-account\/(guardrails|rights|plan-create|existing-account|removal|prune)[\w-]*\.test|^kubernetes\/guard|^commands\/cluster-choice|^model\/api-endpoint/,
    runs: 20,
  },
};
