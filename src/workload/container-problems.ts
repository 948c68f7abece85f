import type { Container, PodSpec } from "../model/kubernetes-objects.ts";
import { audClaim } from "../model/service-account-facts.ts";
import { sourceOfVariable, sourceText, unseenSources, type EnvKeys } from "./env-keys.ts";
import { isOnFargate } from "./fargate.ts";
import { has, hasRegion } from "./injection.ts";
import { KEY_VARIABLE, REGION_VARIABLES, ROLE_VARIABLE, TOKEN_VARIABLE } from "../model/pod-credentials.ts";
import type { Expected, PodProblem } from "./pod-problem.ts";
import { tokenSourceOf } from "./token-source.ts";

/** What a container is judged with. */
export interface Around {
  readonly spec: PodSpec;
  readonly expected: Expected;
  readonly keys: EnvKeys;
}

/** What keeps one container of an admitted pod from its role. */
export function containerProblems(container: Container, { spec, expected, keys }: Around): PodProblem[] {
  const [role, token] = [has(container, ROLE_VARIABLE), has(container, TOKEN_VARIABLE)];
  if (!role && !token) return [{ code: "not-injected", container: container.name, found: "no role" }];
  const given = container.env[ROLE_VARIABLE];
  if (role && token && given !== undefined && given !== expected.role)
    return [{ code: "other-role", container: container.name, found: given }];
  const preset = presetVariables(container, expected);
  return [
    ...(preset.length > 0 ? preset : tokenProblem(container, spec, expected)),
    ...staticKeys(container, keys),
    ...regionProblem(container, { spec, expected, keys }),
    ...userProblem(container, spec, expected),
  ];
}

/** One of the two alone, whether by value or from elsewhere; or another role, or another token than the webhook's. */
export function presetVariables({ name: container, env }: Container, { role }: Expected): PodProblem[] {
  const [hasRole, hasToken] = [ROLE_VARIABLE in env, TOKEN_VARIABLE in env];
  if (!hasRole && !hasToken) return [];
  if (hasRole !== hasToken) {
    const found = hasRole ? `only ${ROLE_VARIABLE}` : `only ${TOKEN_VARIABLE}`;
    return [{ code: "variable-preset", container, found }];
  }
  const given = env[ROLE_VARIABLE];
  if (given !== undefined && given !== role)
    return [{ code: "variable-preset", container, found: `${ROLE_VARIABLE}=${given}` }];
  const file = env[TOKEN_VARIABLE] ?? "";
  return /kubernetes\.io[/\\]serviceaccount/.test(file)
    ? [{ code: "kubernetes-token", container, found: file }]
    : [];
}

/** The token's file comes from a volume that has a token for STS; `other-audience` if it is one for someone else. */
export function tokenProblem(container: Container, spec: PodSpec, { audience }: Expected): PodProblem[] {
  const { name } = container;
  const source = tokenSourceOf(container, spec);
  switch (source.kind) {
    case "unmounted":
      return [{ code: "mount-missing", container: name, found: source.found }];
    case "no-token":
      return [{ code: "volume-preset", container: name, found: source.found }];
    case "unseen":
      return [{ code: "token-unseen", container: name, found: source.found }];
    case "projected":
      if (audClaim(source.audience) === audience) return [];
      return [{ code: "other-audience", found: source.audience || "the API server's own" }];
  }
}

/** Keys in `env`, or among the keys of a ConfigMap or Secret; which of the two, SDKs don't care. */
export function staticKeys(container: Container, keys: EnvKeys): PodProblem[] {
  const { name } = container;
  if (has(container, KEY_VARIABLE)) return [{ code: "static-keys", container: name, found: KEY_VARIABLE }];
  const source = sourceOfVariable(container, KEY_VARIABLE, keys);
  if (source !== undefined)
    return [{ code: "static-keys", container: name, found: `${KEY_VARIABLE} (from ${sourceText(source)})` }];
  // Without a read, the caller has not asked.
  const unseen = unseenSources(container, KEY_VARIABLE, keys).filter((one) => keys.has(sourceText(one)));
  if (unseen.length === 0) return [];
  return [{ code: "keys-unseen", container: name, found: unseen.map(sourceText).join(", ") }];
}

/** On nodes the SDK can ask the instance for its region; on Fargate it can't. */
function regionProblem(container: Container, { spec, expected, keys }: Around): PodProblem[] {
  const onFargate = isOnFargate(spec);
  if (hasRegion(container) || !(expected.regionNeeded || onFargate)) return [];
  // A region from a ConfigMap or Secret counts, and one that may be there is not missing for certain.
  const mayHave = REGION_VARIABLES.some(
    (one) =>
      sourceOfVariable(container, one, keys) !== undefined || unseenSources(container, one, keys).length > 0,
  );
  if (mayHave) return [];
  return [{ code: "region-missing", container: container.name, found: "no AWS_REGION" }];
}

function userProblem(
  container: Container,
  { fsGroup }: PodSpec,
  { tokensForRootAlone }: Expected,
): PodProblem[] {
  const { name, runAsUser = 0 } = container;
  if (!tokensForRootAlone || runAsUser === 0 || fsGroup !== undefined) return [];
  return [{ code: "token-unreadable", container: name, found: `user ${runAsUser}, no fsGroup` }];
}
