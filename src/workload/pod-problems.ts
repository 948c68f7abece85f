import type { Container, PodSpec } from "../model/kubernetes-objects.ts";
import { audClaim } from "../model/service-account-facts.ts";
import { NO_KEYS, sourceOfVariable, sourceText, unseenSources, type EnvKeys } from "./env-keys.ts";
import { asInjected } from "./injected-spec.ts";
import {
  has,
  hasRegion,
  injectable,
  isSkipped,
  REGION_VARIABLES,
  ROLE_VARIABLE,
  skipLabel,
  skippedContainers,
  TOKEN_VARIABLE,
  usesPodIdentity,
} from "./injection.ts";
import { tokenSourceOf } from "./token-source.ts";

/** What keeps the containers of a pod from their ServiceAccount's role. */
export interface PodProblem {
  readonly code:
    | "skip-label"
    | "containers-skipped"
    | "container-skipped"
    | "skip-unmatched"
    | "not-injected"
    | "other-role"
    | "other-audience"
    | "variable-preset"
    | "mount-missing"
    | "volume-preset"
    | "token-unseen"
    | "kubernetes-token"
    | "windows-by-affinity"
    | "static-keys"
    | "keys-unseen"
    | "region-missing"
    | "token-unreadable";
  /** The container, where it is one's own. */
  readonly container?: string;
  /** What stands there. */
  readonly found: string;
}

/** What may be meant so, or can't be seen: the pod has its role as far as can be told. */
const CAUTIONS: ReadonlySet<PodProblem["code"]> = new Set([
  "container-skipped",
  "skip-unmatched",
  "token-unseen",
  "keys-unseen",
]);

/** True for a problem that is only to be warned of. */
export function isCaution({ code }: PodProblem): boolean {
  return CAUTIONS.has(code);
}

/** What a pod of the ServiceAccount is to have. */
export interface Expected {
  readonly role: string;
  /** The `aud` of its token. */
  readonly audience: string;
  /** True where no SDK finds STS without a region: in China. */
  readonly regionNeeded: boolean;
  /** True for Kubernetes before 1.19, whose token files only root may read. */
  readonly tokensForRootAlone: boolean;
}

/** What will keep pods made from this template from their role, however well the webhook works. */
export function templateProblems(
  spec: PodSpec,
  expected: Expected,
  keys: EnvKeys = NO_KEYS,
): readonly PodProblem[] {
  if (isSkipped(spec)) return [{ code: "skip-label", found: skipLabel(spec) }];
  const injected = asInjected(spec, expected);
  return [
    ...skipProblems(spec),
    ...windowsProblem(spec),
    ...injectable(injected).flatMap((container) => {
      const preset = presetVariables(container, expected);
      return [
        ...(preset.length > 0 ? preset : presetToken(container, injected, expected)),
        ...staticKeys(container, keys),
      ];
    }),
  ];
}

/** What keeps a pod that was admitted from its role. */
export function runningProblems(
  spec: PodSpec,
  expected: Expected,
  keys: EnvKeys = NO_KEYS,
): readonly PodProblem[] {
  if (usesPodIdentity(spec)) return [];
  const injected = spec.containers.some((one) => has(one, ROLE_VARIABLE));
  if (isSkipped(spec) && !injected) return [{ code: "skip-label", found: skipLabel(spec) }];
  return [
    ...skipProblems(spec),
    ...distinct(
      injectable(spec).flatMap((container) => containerProblems(container, { spec, expected, keys })),
    ),
    ...windowsProblem(spec),
  ];
}

interface Around {
  readonly spec: PodSpec;
  readonly expected: Expected;
  readonly keys: EnvKeys;
}

function containerProblems(container: Container, { spec, expected, keys }: Around): PodProblem[] {
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
function presetVariables({ name: container, env }: Container, { role }: Expected): PodProblem[] {
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
function tokenProblem(container: Container, spec: PodSpec, { audience }: Expected): PodProblem[] {
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

/** The same for a pod that is not made yet: whatever is wrong with its token was in the template. */
function presetToken(container: Container, injected: PodSpec, expected: Expected): PodProblem[] {
  return tokenProblem(container, injected, expected).map((problem) =>
    problem.code === "other-audience"
      ? { code: "volume-preset", container: container.name, found: `a token for audience ${problem.found}` }
      : problem,
  );
}

function distinct(problems: readonly PodProblem[]): PodProblem[] {
  return [...new Map(problems.map((one) => [JSON.stringify(one), one])).values()];
}

function skipProblems(spec: PodSpec): PodProblem[] {
  const listed = skippedContainers(spec);
  const names = new Set(spec.containers.map(({ name }) => name));
  const strange = listed.filter((name) => !names.has(name)).map((name) => `'${name}'`);
  if (listed.length > 0 && injectable(spec).length === 0)
    return [{ code: "containers-skipped", found: listed.join(",") }];
  return [
    ...(strange.length === 0 ? [] : [{ code: "skip-unmatched" as const, found: strange.join(", ") }]),
    ...skippedBeside(spec, new Set(listed)),
  ];
}

/** Containers that are skipped and bring no role of their own: they use the node's. */
function skippedBeside({ containers }: PodSpec, listed: ReadonlySet<string>): PodProblem[] {
  return containers
    .filter((one) => listed.has(one.name) && !(has(one, ROLE_VARIABLE) && has(one, TOKEN_VARIABLE)))
    .map(({ name }) => ({ code: "container-skipped", container: name, found: name }));
}

/** The webhook knows Windows by the nodeSelector alone. */
function windowsProblem({ wantsWindows, nodeSelector }: PodSpec): PodProblem[] {
  const selected = ["kubernetes.io/os", "beta.kubernetes.io/os"].some(
    (key) => nodeSelector[key] === "windows",
  );
  return wantsWindows && !selected ? [{ code: "windows-by-affinity", found: "no nodeSelector" }] : [];
}

const KEY_VARIABLE = "AWS_ACCESS_KEY_ID";

/** Keys in `env`, or among the keys of a ConfigMap or Secret; which of the two, SDKs don't care. */
function staticKeys(container: Container, keys: EnvKeys): PodProblem[] {
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
  const onFargate = "eks.amazonaws.com/fargate-profile" in spec.labels;
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
