import { isMadeSince } from "../model/annotation-age.ts";
import {
  AUDIENCE_ANNOTATION,
  ROLE_ANNOTATION,
  type Container,
  type PodSpec,
} from "../model/kubernetes-objects.ts";
import { containerProblems, presetVariables, staticKeys, tokenProblem } from "./container-problems.ts";
import { NO_KEYS, type EnvKeys } from "./env-keys.ts";
import { asInjected, mountedInItsPlace } from "./injected-spec.ts";
import { has, injectable, isSkipped, skipLabel, skippedContainers, usesPodIdentity } from "./injection.ts";
import { ROLE_VARIABLE, TOKEN_VARIABLE } from "../model/pod-credentials.ts";
import type { Expected, PodProblem } from "./pod-problem.ts";
import { windowsBy } from "./windows.ts";

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
  pod: { readonly spec: PodSpec; readonly createdAt?: string },
  expected: Expected,
  keys: EnvKeys = NO_KEYS,
): readonly PodProblem[] {
  const { spec } = pod;
  if (usesPodIdentity(spec)) return [];
  const injected = spec.containers.some((one) => has(one, ROLE_VARIABLE));
  if (isSkipped(spec) && !injected) return [{ code: "skip-label", found: skipLabel(spec) }];
  return [
    ...skipProblems(spec),
    ...distinct(
      injectable(spec)
        .flatMap((container) => containerProblems(container, { spec, expected, keys }))
        .map((problem) => ofManifest(problem, pod, expected)),
    ),
    ...windowsProblem(spec),
  ];
}

/** What is taken for the past of the ServiceAccount, but is in the manifest: the pod is younger than the annotation. */
function ofManifest(
  problem: PodProblem,
  pod: { readonly createdAt?: string },
  expected: Expected,
): PodProblem {
  if (problem.code === "other-role" && isMadeSince(pod, expected, ROLE_ANNOTATION))
    return { ...problem, code: "variable-preset", found: `${ROLE_VARIABLE}=${problem.found}` };
  if (problem.code === "other-audience" && isMadeSince(pod, expected, AUDIENCE_ANNOTATION))
    return { ...problem, code: "volume-preset", found: `a token for audience ${problem.found}` };
  return problem;
}

/** The same for a pod that is not made yet: whatever is wrong with its token was in the template. */
function presetToken(container: Container, injected: PodSpec, expected: Expected): PodProblem[] {
  const other = mountedInItsPlace(container);
  if (other !== undefined)
    return [
      {
        code: "volume-preset",
        container: container.name,
        found: `${other}, mounted where the webhook mounts its own, so that the API server refuses the pod`,
      },
    ];
  return tokenProblem(container, injected, expected).map((problem) =>
    problem.code === "other-audience"
      ? { code: "volume-preset", container: container.name, found: `a token for audience ${problem.found}` }
      : problem,
  );
}

function distinct(problems: readonly PodProblem[]): PodProblem[] {
  return [...new Map(problems.map((one) => [JSON.stringify(one), one])).values()];
}

/** What the annotation that leaves containers out does. */
export function skipProblems(spec: PodSpec): PodProblem[] {
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
function windowsProblem(spec: PodSpec): PodProblem[] {
  return windowsBy(spec) === "other" ? [{ code: "windows-by-affinity", found: "no nodeSelector" }] : [];
}
