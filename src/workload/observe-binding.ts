import type { KubernetesPort } from "../kubernetes/port.ts";
import type { ServiceAccount, Workload, WorkloadRef } from "../model/kubernetes-objects.ts";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";
import { recoverFailure } from "../model/recover-failure.ts";

/** Whether we may do something; `unknown` where the API server does not say. */
export type MayWrite = "yes" | "no" | "unknown";

/** What a binding is planned from. */
export interface ObservedBinding {
  readonly serviceAccount: ServiceAccount | undefined;
  readonly workloads: readonly {
    readonly ref: WorkloadRef;
    readonly found: Workload | undefined;
    readonly mayPatch: MayWrite;
  }[];
}

/**
 * Reads the ServiceAccount and the workloads, at once.
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

function mayPatchOf(api: KubernetesPort, { kind, namespace }: WorkloadRef): Promise<MayWrite> {
  const group = kind === "cronjob" || kind === "job" ? "batch" : "apps";
  const may = (): Promise<boolean> => api.may({ verb: "patch", group, resource: `${kind}s`, namespace });
  return recoverFailure<MayWrite, MayWrite>(
    async () => ((await may()) ? "yes" : "no"),
    () => "unknown",
  );
}
