import { TOKEN_VOLUME, type Container, type PodSpec, type Volume } from "../model/kubernetes-objects.ts";
import { audClaim } from "../model/service-account-facts.ts";
import {
  has,
  hasRegion,
  injectable,
  isSkipped,
  isTakenForDone,
  ROLE_VARIABLE,
  skipLabel,
  skippedContainers,
  TOKEN_VARIABLE,
  usesPodIdentity,
} from "./injection.ts";

/** What keeps the containers of a pod from their ServiceAccount's role. */
export interface PodProblem {
  readonly code:
    | "skip-label"
    | "containers-skipped"
    | "skip-unmatched"
    | "not-injected"
    | "other-role"
    | "other-audience"
    | "variable-preset"
    | "mount-missing"
    | "volume-preset"
    | "kubernetes-token"
    | "windows-by-affinity"
    | "static-keys"
    | "region-missing"
    | "token-unreadable";
  /** The container, where it is one's own. */
  readonly container?: string;
  /** What stands there. */
  readonly found: string;
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
export function templateProblems(spec: PodSpec, expected: Expected): readonly PodProblem[] {
  if (isSkipped(spec)) return [{ code: "skip-label", found: skipLabel(spec) }];
  return [
    ...skipProblems(spec),
    ...windowsProblem(spec),
    ...presetVolume(spec, expected),
    ...injectable(spec).flatMap((container) => [
      ...presetVariables(container, expected),
      ...(isTakenForDone(container) ? mountProblem(container) : []),
      ...staticKeys(container),
    ]),
  ];
}

/** What keeps a pod that was admitted from its role. */
export function runningProblems(spec: PodSpec, expected: Expected): readonly PodProblem[] {
  if (usesPodIdentity(spec)) return [];
  const injected = spec.containers.some((one) => has(one, ROLE_VARIABLE));
  if (isSkipped(spec) && !injected) return [{ code: "skip-label", found: skipLabel(spec) }];
  return [
    ...skipProblems(spec),
    ...injectable(spec).flatMap((container) => containerProblems(container, spec, expected)),
    ...(injected ? otherAudience(spec, expected) : []),
    ...windowsProblem(spec),
  ];
}

function containerProblems(container: Container, spec: PodSpec, expected: Expected): PodProblem[] {
  const [role, token] = [has(container, ROLE_VARIABLE), has(container, TOKEN_VARIABLE)];
  if (!role && !token) return [{ code: "not-injected", container: container.name, found: "no role" }];
  const given = container.env[ROLE_VARIABLE];
  if (role && token && given !== undefined && given !== expected.role)
    return [{ code: "other-role", container: container.name, found: given }];
  return [
    ...presetVariables(container, expected),
    ...(role && token ? mountProblem(container) : []),
    ...staticKeys(container),
    ...regionProblem(container, spec, expected),
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

/** The token's file is where the webhook mounts it, and nothing is mounted there. */
function mountProblem({ name: container, env, mounts }: Container): PodProblem[] {
  const file = env[TOKEN_VARIABLE] ?? "";
  const usual = file === "" || /eks\.amazonaws\.com[/\\]serviceaccount/.test(file);
  const mounted = Object.values(mounts).some((path) => file.startsWith(path)) || TOKEN_VOLUME in mounts;
  return usual && !mounted
    ? [{ code: "mount-missing", container, found: `no mount of ${TOKEN_VOLUME}` }]
    : [];
}

function skipProblems(spec: PodSpec): PodProblem[] {
  const listed = skippedContainers(spec);
  const names = new Set(spec.containers.map(({ name }) => name));
  const strange = listed.filter((name) => !names.has(name)).map((name) => `'${name}'`);
  if (listed.length > 0 && injectable(spec).length === 0)
    return [{ code: "containers-skipped", found: listed.join(",") }];
  return strange.length === 0 ? [] : [{ code: "skip-unmatched", found: strange.join(", ") }];
}

function presetVolume({ volumes }: PodSpec, { audience }: Expected): PodProblem[] {
  const preset = volumes.find(({ name }) => name === TOKEN_VOLUME);
  if (preset === undefined || holdsTokenFor(preset, audience)) return [];
  const found =
    preset.tokenAudience === undefined
      ? "no token"
      : `audience ${preset.tokenAudience || "of the API server"}`;
  return [{ code: "volume-preset", found }];
}

function otherAudience({ volumes }: PodSpec, { audience }: Expected): PodProblem[] {
  const volume = volumes.find(({ name }) => name === TOKEN_VOLUME);
  if (volume?.tokenAudience === undefined || holdsTokenFor(volume, audience)) return [];
  return [{ code: "other-audience", found: volume.tokenAudience || "the API server's own" }];
}

function holdsTokenFor({ tokenAudience }: Volume, audience: string): boolean {
  return tokenAudience !== undefined && audClaim(tokenAudience) === audience;
}

/** The webhook knows Windows by the nodeSelector alone. */
function windowsProblem({ wantsWindows, nodeSelector }: PodSpec): PodProblem[] {
  const selected = ["kubernetes.io/os", "beta.kubernetes.io/os"].some(
    (key) => nodeSelector[key] === "windows",
  );
  return wantsWindows && !selected ? [{ code: "windows-by-affinity", found: "no nodeSelector" }] : [];
}

function staticKeys(container: Container): PodProblem[] {
  return has(container, "AWS_ACCESS_KEY_ID")
    ? [{ code: "static-keys", container: container.name, found: "AWS_ACCESS_KEY_ID" }]
    : [];
}

/** On nodes the SDK can ask the instance for its region; on Fargate it can't. */
function regionProblem(container: Container, { labels }: PodSpec, { regionNeeded }: Expected): PodProblem[] {
  const onFargate = "eks.amazonaws.com/fargate-profile" in labels;
  if (hasRegion(container) || !(regionNeeded || onFargate)) return [];
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
