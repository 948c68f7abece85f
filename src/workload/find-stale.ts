import type { Cluster } from "../model/cluster.ts";
import type { Pod, ServiceAccount } from "../model/kubernetes-objects.ts";
import { listed, type Known } from "../model/known.ts";
import type { PodIdentityAssociation } from "../model/pod-identity.ts";
import {
  serviceAccountPath,
  type NamespaceName,
  type ServiceAccountName,
  type ServiceAccountRef,
} from "../model/service-account-ref.ts";
import { expectedOf } from "./expected.ts";
import { associationProblems, injectedRole, withoutAssociation } from "./stale-identity.ts";
import { isCaution, type StaleProblem } from "./pod-problem.ts";
import { runningProblems } from "./pod-problems.ts";
import { restartOf } from "./stale-pods.ts";

/** Pods of one workload that are not as they would be made now. */
export interface StaleGroup {
  readonly serviceAccount: ServiceAccountRef;
  /** As kubectl names it, `daemonset/name`; `undefined` for bare pods. */
  readonly workload: string | undefined;
  readonly pods: readonly string[];
  /** Each problem once. */
  readonly problems: readonly StaleProblem[];
  /** The workload to restart, if that fixes it. */
  readonly restart: string | undefined;
}

/** Problems that new pods don't have: they come from what the ServiceAccount was when the pod was made. */
const OF_THE_PAST: ReadonlySet<StaleProblem["code"]> = new Set([
  "not-injected",
  "other-role",
  "other-audience",
  "other-way",
  "association-gone",
  "credentials-cached",
]);

/** The Pod Identity associations of the cluster, and the time at which pods are compared with them. */
export interface Identities {
  readonly associations: Known<readonly PodIdentityAssociation[]>;
  readonly now: Date;
}

/**
 * The running pods whose role, token or variables are not as their ServiceAccount has it now, by namespace and workload. Where the
 * associations could not be read, pods with Pod Identity are taken to have one, and all others to have none.
 */
export function findStale(
  pods: readonly Pod[],
  serviceAccounts: readonly ServiceAccount[],
  cluster: Cluster,
  identities: Identities,
): readonly StaleGroup[] {
  const associations = new Map(
    listed(identities.associations).map((one) => [serviceAccountPath(one.serviceAccount), one]),
  );
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
    const association = associations.get(serviceAccountPath(ref));
    const problems =
      serviceAccount === undefined
        ? orphaned(pod)
        : association === undefined
          ? problemsOf(pod, serviceAccount, cluster, identities)
          : associationProblems(pod, association, identities.now);
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
function orphaned(pod: Pod): readonly StaleProblem[] {
  const role = injectedRole(pod.spec);
  return role === undefined
    ? []
    : [{ code: "other-role", found: `${role}, but its ServiceAccount does not exist` }];
}

function problemsOf(
  pod: Pod,
  serviceAccount: ServiceAccount,
  cluster: Cluster,
  { associations }: Identities,
): readonly StaleProblem[] {
  const gone = associations.state === "known" ? withoutAssociation(pod) : [];
  if (gone.length > 0) return gone;
  const expected = expectedOf(serviceAccount, cluster);
  if (expected !== undefined) return runningProblems(pod, expected).filter((one) => !isCaution(one));
  // The ServiceAccount has no role (any more), and the pod has one from the webhook.
  const role = injectedRole(pod.spec);
  return role !== undefined
    ? [{ code: "other-role", found: `${role}, which the ServiceAccount is no longer annotated with` }]
    : [];
}

function joined(
  group: StaleGroup | undefined,
  pod: Pod,
  serviceAccount: ServiceAccountRef,
  found: readonly StaleProblem[],
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

function distinct(problems: readonly StaleProblem[]): StaleProblem[] {
  const byText = new Map(problems.map((one) => [JSON.stringify(one), one]));
  return [...byText.values()];
}
