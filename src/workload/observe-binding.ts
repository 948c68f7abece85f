import type { KubernetesPort } from "../kubernetes/port.ts";
import type { ServiceAccount, WorkloadRef } from "../model/kubernetes-objects.ts";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";
import { askAccess } from "../model/access.ts";
import type { Known } from "../model/known.ts";
import { kindRow } from "../model/workload-kinds.ts";
import { templateHolder, type TemplateHolder } from "./template-holder.ts";

/** What a binding is planned from. */
export interface ObservedBinding {
  readonly serviceAccount: ServiceAccount | undefined;
  readonly workloads: readonly {
    /** The workload that was named. */
    readonly ref: WorkloadRef;
    /** The workload that holds its pod template: itself, or the one that it refers to. */
    readonly found: TemplateHolder | undefined;
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
      const holder = await templateHolder(api, ref);
      return { ref, found: holder, mayPatch: await mayPatchOf(api, holder?.ref ?? ref) };
    }),
  ]);
  return { serviceAccount: found, workloads };
}

function mayPatchOf(api: KubernetesPort, { kind, namespace }: WorkloadRef): Promise<Known<boolean>> {
  const { group, resource } = kindRow(kind);
  return askAccess(api, { verb: "patch", group, resource, namespace });
}
