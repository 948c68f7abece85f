/** What asks planners and judges of roles; not what kills a run call by call, which takes a minute and finds no more. */
const SERVICE_ACCOUNT_TESTS =
  /^(service-account\/(?!interruption|listing|roles-listed)|verification\/(?!proof|denied-reads)|oidc-association\/)|^model\/(ownership-tags|api-audience)|^security\/(ownership|audience|deletion)/;

/** What is mutated (files of `src/`), the tests that must notice (files of `test/`), and how many cases a property has. */
export const MODULES = {
  "trust-policies": {
    mutate: /^model\/trust-policy\/(?!move-|rename-|judge-move|both-issuers|provider-condition|steps)/,
    tests: /^model\/trust-policy\/(?!move-)/,
    runs: 40,
  },
  "trust-moves": {
    mutate: /^model\/trust-policy\/(move-|rename-|judge-move|both-issuers|provider-condition|steps)/,
    tests: /^model\/trust-policy\/move-/,
    runs: 5,
  },
  ownership: {
    mutate:
      /^service-account\/(role\/(ownership|choose-role|annotation-refusals|sharing|trust|write-trust)|service-account\/audience)\.ts$|^model\/(ownership-tags|api-audience)\.ts$/,
    tests: SERVICE_ACCOUNT_TESTS,
    runs: 10,
  },
  planners: {
    mutate:
      /^service-account\/(create\/(plan|extras)|update\/.*|delete\/.*|role\/(changes|exclusive-policies)|service-account\/changes|fleet\/(plan|prune))\.ts$|^oidc-association\/plan.*\.ts$|^verification\/repairs\.ts$/,
    tests: SERVICE_ACCOUNT_TESTS,
    runs: 10,
  },
  guards: {
    mutate:
      /^service-account\/(role\/guardrails|service-account\/rights)\.ts$|^commands\/shared\/session\/(cluster-choice|bound-cluster)\.ts$|^kubernetes\/guard\.ts$|^model\/api-endpoint\.ts$/,
    tests:
      /^service-account\/(guardrails|rights|plan-create|existing-service-account|removal|prune)[\w-]*\.test|^kubernetes\/guard|^commands\/cluster-choice|^model\/api-endpoint/,
    runs: 20,
  },
};
