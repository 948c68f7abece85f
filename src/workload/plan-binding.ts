import type { Change } from "../model/change.ts";
import { Failure } from "../model/failure.ts";
import type { Workload, WorkloadRef } from "../model/kubernetes-objects.ts";
import type { Note } from "../model/plan.ts";
import { annotatedRole } from "../model/service-account-facts.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../model/service-account-ref.ts";
import { kindRow } from "../model/workload-kinds.ts";
import { workloadText } from "../model/workload-name.ts";
import type { ObservedBinding } from "./observe-binding.ts";
import { workloadOwner } from "./owner.ts";

/** What to do to let workloads run with a ServiceAccount, and what was noticed. */
export interface BindingPlan {
  readonly changes: readonly Change[];
  readonly notes: readonly Note[];
}

/**
 * Plans it; a workload that has the ServiceAccount already needs nothing, whoever keeps it.
 * @param clusterFlags the flags that lead to the cluster, for commands that are printed
 * @throws Failure with the first reason why it can't be
 */
export function planBinding(
  serviceAccount: ServiceAccountRef,
  observed: ObservedBinding,
  clusterFlags: readonly string[],
): BindingPlan {
  if (observed.serviceAccount === undefined) throw serviceAccountMissing(serviceAccount, clusterFlags);
  const changes: Change[] = [];
  const notes: Note[] = [...roleNote(serviceAccount, observed, clusterFlags)];
  for (const { ref, found, mayPatch } of observed.workloads) {
    if (found === undefined) throw notFound(ref);
    const before = found.template.serviceAccountName;
    if (before === serviceAccount.name) continue;
    if (workloadText(found.ref) !== workloadText(ref)) {
      checkNamed(ref, found.ref, serviceAccount, observed, clusterFlags);
      continue;
    }
    checkChangeable(found, serviceAccount);
    if (mayPatch.state === "unknown") notes.push(rightUnknown(ref));
    else if (!mayPatch.value) throw forbidden(ref);
    notes.push(...manifestNote(found, serviceAccount));
    changes.push({ kind: "bind-workload", workload: ref, serviceAccount, before });
  }
  return { changes, notes };
}

/** Whose template a workload uses is for anyone to say who may edit the workload: what is edited, the operator names. */
function checkNamed(
  ref: WorkloadRef,
  holder: WorkloadRef,
  { namespace, name }: ServiceAccountRef,
  { workloads }: ObservedBinding,
  clusterFlags: readonly string[],
): void {
  const named = workloads.map((one) => workloadText(one.ref));
  if (named.includes(workloadText(holder))) return;
  throw new Failure(
    "refused",
    "template-elsewhere",
    `${workloadText(ref)} uses the pod template of ${workloadText(holder)}, which would have to be edited`,
    {
      advice: "To edit it, pass it too:",
      command: [
        "irsa",
        "use-sa",
        ...clusterFlags,
        "-n",
        namespace,
        "--name",
        name,
        ...named,
        workloadText(holder),
      ],
    },
  );
}

function checkChangeable(workload: Workload, serviceAccount: ServiceAccountRef): void {
  const { ref } = workload;
  if (kindRow(ref.kind).live === "immutable") throw immutable(ref, serviceAccount);
  const owner = workloadOwner(workload);
  if (owner === undefined) return;
  throw new Failure(
    "refused",
    "owned-elsewhere",
    `${workloadText(ref)} is managed by ${owner.name}, which would revert its ServiceAccount`,
    { advice: owner.instead },
  );
}

function immutable(ref: WorkloadRef, { name, namespace }: ServiceAccountRef): Failure {
  return new Failure(
    "refused",
    "job-immutable",
    `the pod template of ${workloadText(ref)} can't be changed`,
    {
      advice: "A Job's pod template is immutable. Change its manifest and recreate it:",
      command: ["irsa", "use-sa", "-n", namespace, "--name", name, "-f", "job.yaml", workloadText(ref)],
    },
  );
}

function serviceAccountMissing(serviceAccount: ServiceAccountRef, clusterFlags: readonly string[]): Failure {
  const { namespace, name } = serviceAccount;
  return new Failure(
    "refused",
    "account-missing",
    `ServiceAccount ${serviceAccountPath(serviceAccount)} not found`,
    {
      advice: "No pods can be created without it. Create it with its role first:",
      command: ["irsa", "create-sa", ...clusterFlags, "-n", namespace, "--name", name, "--policy-arn", "ARN"],
    },
  );
}

function notFound(ref: WorkloadRef): Failure {
  return new Failure(
    "refused",
    "workload-not-found",
    `${workloadText(ref)} not found in namespace ${ref.namespace}`,
  );
}

function forbidden(ref: WorkloadRef): Failure {
  return new Failure(
    "denied",
    "forbidden",
    `not permitted in the cluster: patch ${kindRow(ref.kind).resource} in ${ref.namespace}`,
    {
      advice: "Ask a cluster administrator to allow it. Changing manifests needs no permission: --file",
    },
  );
}

function rightUnknown(ref: WorkloadRef): Note {
  const message = `whether you may patch ${workloadText(ref)} is unknown`;
  return { level: "warning", code: "rights-unknown", message };
}

function roleNote(
  ref: ServiceAccountRef,
  { serviceAccount }: ObservedBinding,
  clusterFlags: readonly string[],
): Note[] {
  if (annotatedRole(serviceAccount).kind !== "none") return [];
  return [
    {
      level: "warning",
      code: "no-role",
      message: `${serviceAccountPath(ref)} has no role annotation, so its pods get no role. To check it:`,
      command: ["irsa", "verify", ...clusterFlags, serviceAccountPath(ref)],
    },
  ];
}

/** `kubectl apply` sets back what its manifest says, and leaves what it does not. */
function manifestNote({ ref, annotations }: Workload, { name }: ServiceAccountRef): Note[] {
  if (!("kubectl.kubernetes.io/last-applied-configuration" in annotations)) return [];
  const message = `${workloadText(ref)} was applied from a manifest: set serviceAccountName: ${name} there too`;
  return [{ level: "info", code: "applied-from-manifest", message }];
}
