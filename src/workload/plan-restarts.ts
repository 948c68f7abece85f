import type { Change } from "../model/change.ts";
import type { PodSpec, WorkloadRef } from "../model/kubernetes-objects.ts";
import { isObjectName } from "../model/workload-name.ts";
import { WORKLOAD_KINDS } from "../model/workload-kinds.ts";
import type { Note } from "../model/plan.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../model/service-account-ref.ts";
import type { StaleGroup } from "./find-stale.ts";
import { usesPodIdentity, variableOf } from "./injection.ts";
import { ROLE_VARIABLE } from "../model/pod-credentials.ts";
import { problemText } from "./problem-text.ts";

/** New pods of the ServiceAccount take their credentials from Pod Identity, whatever its annotation says. */
export const BY_ASSOCIATION: unique symbol = Symbol("by association");

/** The role of the ServiceAccount's annotation, unless it has an association. */
export type WantedRole = string | typeof BY_ASSOCIATION;

/** What the webhook does now to a pod of the ServiceAccount: `undefined` where that could not be tried. */
export type Tried = (serviceAccount: ServiceAccountRef) => PodSpec | undefined;

/**
 * The restarts that fix stale pods; what they don't fix, or what can't be read, is noted. A workload whose new pods
 * would be no better is left alone.
 * @param clusterFlags the flags that select the cluster, for commands that are printed
 */
export function planRestarts(
  groups: readonly StaleGroup[],
  roleOf: (serviceAccount: ServiceAccountRef) => WantedRole,
  tried: Tried,
  clusterFlags: readonly string[],
): { readonly changes: readonly Change[]; readonly notes: readonly Note[] } {
  const parts = groups.map((group) =>
    planOne(group, roleOf(group.serviceAccount), tried(group.serviceAccount), clusterFlags),
  );
  return { changes: parts.flatMap(({ changes }) => changes), notes: parts.flatMap(({ notes }) => notes) };
}

interface Part {
  readonly changes: readonly Change[];
  readonly notes: readonly Note[];
}

function planOne(
  group: StaleGroup,
  role: WantedRole,
  tried: PodSpec | undefined,
  clusterFlags: readonly string[],
): Part {
  const { serviceAccount, problems } = group;
  const workload = refOf(group);
  const why = problems.map(problemText).join("; ");
  if (workload === undefined) {
    const who = `${serviceAccount.namespace}/${group.workload ?? `pod/${group.pods[0] ?? ""}`}`;
    return { changes: [], notes: [note("not-restarted", `${who} is not restarted: ${why}`)] };
  }
  if (tried !== undefined && !isBetter(tried, role)) {
    const message = `${serviceAccount.namespace}/${group.workload ?? ""} is not restarted: new pods would have no role either. To find out why:`;
    const command = ["irsa", "verify", ...clusterFlags, serviceAccountPath(serviceAccount)] as const;
    return { changes: [], notes: [{ ...note("not-injecting", message), command }] };
  }
  const because = `${group.pods.length} ${group.pods.length === 1 ? "pod" : "pods"}: ${why}`;
  return { changes: [{ kind: "restart-workload", workload, serviceAccount, because }], notes: [] };
}

/** New pods have the ServiceAccount's role, or none if it has none. */
function isBetter(tried: PodSpec, role: WantedRole): boolean {
  return usesPodIdentity(tried) || (variableOf(tried, ROLE_VARIABLE) ?? "") === role;
}

function refOf({ restart, serviceAccount }: StaleGroup): WorkloadRef | undefined {
  const [kindText, name] = restart?.split("/") ?? [];
  const kind = WORKLOAD_KINDS.find((one) => one === kindText);
  // Nothing checks the name in an owner reference.
  return kind === undefined || name === undefined || !isObjectName(name)
    ? undefined
    : { kind, namespace: serviceAccount.namespace, name };
}

function note(code: string, message: string): Note {
  return { level: "warning", code, message };
}
