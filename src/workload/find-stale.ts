import type { Cluster } from "../model/cluster.ts";
import { TOKEN_VOLUME, type Pod, type ServiceAccount } from "../model/kubernetes-objects.ts";
import type { NamespaceName, ServiceAccountName, ServiceAccountRef } from "../model/service-account-ref.ts";
import { expectedOf } from "./expected.ts";
import { ROLE_VARIABLE, variableOf } from "./injection.ts";
import { isCaution, type PodProblem } from "./pod-problem.ts";
import { runningProblems } from "./pod-problems.ts";
import { restartOf } from "./stale-pods.ts";

/** Pods of one workload that are not as they would be made now. */
export interface StaleGroup {
  readonly serviceAccount: ServiceAccountRef;
  /** As kubectl names it, `daemonset/name`; `undefined` for bare pods. */
  readonly workload: string | undefined;
  readonly pods: readonly string[];
  /** Each problem once. */
  readonly problems: readonly PodProblem[];
  /** The workload to restart, if that fixes it. */
  readonly restart: string | undefined;
}

/** Problems that new pods don't have: they come from what the ServiceAccount was when the pod was made. */
const OF_THE_PAST: ReadonlySet<PodProblem["code"]> = new Set([
  "not-injected",
  "other-role",
  "other-audience",
]);

/** The running pods whose role, token or variables are not as their ServiceAccount has it now, by namespace and workload. */
export function findStale(
  pods: readonly Pod[],
  serviceAccounts: readonly ServiceAccount[],
  cluster: Cluster,
): readonly StaleGroup[] {
  const byPath = new Map(
    serviceAccounts.map((serviceAccount) => [
      `${serviceAccount.ref.namespace}/${serviceAccount.ref.name}`,
      serviceAccount,
    ]),
  );
  const groups = new Map<string, StaleGroup>();
  for (const pod of pods) {
    if (pod.phase === "Succeeded" || pod.phase === "Failed") continue;
    const ref = serviceAccountOf(pod);
    const serviceAccount = byPath.get(`${ref.namespace}/${ref.name}`);
    const problems = serviceAccount === undefined ? orphaned(pod) : problemsOf(pod, serviceAccount, cluster);
    if (problems.length === 0) continue;
    const key = [pod.namespace, pod.workload ?? `pod/${pod.name}`, ref.name].join("/");
    groups.set(key, joined(groups.get(key), pod, ref, problems, serviceAccount !== undefined));
  }
  return [...groups.keys()].toSorted().flatMap((key) => groups.get(key) ?? []);
}

/** As the API server has them, so already judged. */
function serviceAccountOf({ namespace, serviceAccountName }: Pod): ServiceAccountRef {
  return { namespace: namespace as NamespaceName, name: serviceAccountName as ServiceAccountName };
}

/** A pod from the webhook whose ServiceAccount was deleted: its tokens are not good any more, and no new pod can be made. */
function orphaned(pod: Pod): readonly PodProblem[] {
  const role = injectedRole(pod);
  return role === undefined
    ? []
    : [{ code: "other-role", found: `${role}, but its ServiceAccount does not exist` }];
}

function problemsOf(pod: Pod, serviceAccount: ServiceAccount, cluster: Cluster): readonly PodProblem[] {
  const expected = expectedOf(serviceAccount, cluster);
  if (expected !== undefined) return runningProblems(pod, expected).filter((one) => !isCaution(one));
  // The ServiceAccount has no role (any more), and the pod has one from the webhook.
  const role = injectedRole(pod);
  return role !== undefined
    ? [{ code: "other-role", found: `${role}, which the ServiceAccount is no longer annotated with` }]
    : [];
}

function injectedRole({ spec }: Pod): string | undefined {
  const injected = spec.volumes.some(({ name }) => name === TOKEN_VOLUME);
  return injected ? variableOf(spec, ROLE_VARIABLE) : undefined;
}

function joined(
  group: StaleGroup | undefined,
  pod: Pod,
  serviceAccount: ServiceAccountRef,
  found: readonly PodProblem[],
  serviceAccountExists: boolean,
): StaleGroup {
  const problems = [...(group?.problems ?? []), ...found];
  const fixable = serviceAccountExists && problems.every(({ code }) => OF_THE_PAST.has(code));
  return {
    serviceAccount,
    workload: pod.workload,
    pods: [...(group?.pods ?? []), pod.name],
    problems: distinct(problems),
    restart: fixable ? restartOf(pod) : undefined,
  };
}

function distinct(problems: readonly PodProblem[]): PodProblem[] {
  const byText = new Map(problems.map((one) => [JSON.stringify(one), one]));
  return [...byText.values()];
}
