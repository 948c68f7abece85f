import type { KubernetesPort } from "../kubernetes/port.ts";
import type { ServiceAccount, Workload, WorkloadRef } from "../model/kubernetes-objects.ts";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";
import { askAccess } from "../model/access.ts";
import type { Known } from "../model/known.ts";

/** What a binding is planned from. */
export interface ObservedBinding {
  readonly serviceAccount: ServiceAccount | undefined;
  readonly workloads: readonly {
    readonly ref: WorkloadRef;
    readonly found: Workload | undefined;
    readonly mayPatch: Known<boolean>;
  }[];
}

/**
 * Reads the ServiceAccount and the workloads concurrently.
 * @throws Failure where any can't be known
 */
export async function observeBinding(
  api: KubernetesPort,
  serviceAccount: ServiceAccountRef,
  refs: readonly WorkloadRef[],
): Promise<ObservedBinding> {
  const [found, ...workloads] = await Promise.all([
    api.getServiceAccount(serviceAccount),
    ...refs.map(async (ref) => {
      const [workload, mayPatch] = await Promise.all([api.getWorkload(ref), mayPatchOf(api, ref)]);
      return { ref, found: workload, mayPatch };
    }),
  ]);
  return { serviceAccount: found, workloads };
}

function mayPatchOf(api: KubernetesPort, { kind, namespace }: WorkloadRef): Promise<Known<boolean>> {
  const group = kind === "cronjob" || kind === "job" ? "batch" : "apps";
  return askAccess(api, { verb: "patch", group, resource: `${kind}s`, namespace });
}
