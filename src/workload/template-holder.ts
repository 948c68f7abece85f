import type { KubernetesPort } from "../kubernetes/port.ts";
import { Failure } from "../model/failure.ts";
import type { TemplateSource, Workload, WorkloadRef } from "../model/kubernetes-objects.ts";
import { kindOf, WORKLOAD_KINDS } from "../model/workload-kinds.ts";
import { isObjectName, workloadText } from "../model/workload-name.ts";

/** A workload with a pod template of its own. */
export type TemplateHolder = Workload & { readonly template: NonNullable<Workload["template"]> };

/**
 * The workload from whose template a workload's pods are made: itself, or the Deployment that an Argo Rollout refers to.
 * `undefined` if the workload does not exist.
 * @throws Failure `template-elsewhere` if it refers to what irsa does not read, or to what does not exist
 */
export async function templateHolder(
  api: Pick<KubernetesPort, "getWorkload">,
  ref: WorkloadRef,
): Promise<TemplateHolder | undefined> {
  const workload = await api.getWorkload(ref);
  if (workload === undefined) return undefined;
  if (workload.templateOf === undefined) return withTemplate(workload);
  const source = workload.templateOf;
  const kind = kindOf(source.kind, source.apiVersion);
  const read = WORKLOAD_KINDS.find((one) => one === kind);
  if (read === undefined) throw elsewhere(ref, source, "irsa does not read");
  // Nothing checks the name that a reference has.
  if (!isObjectName(source.name)) throw elsewhere(ref, source, "does not exist");
  const holder = await api.getWorkload({ kind: read, namespace: ref.namespace, name: source.name });
  if (holder === undefined) throw elsewhere(ref, source, "does not exist");
  const found = withTemplate(holder);
  if (found === undefined) throw elsewhere(ref, source, "has none of its own");
  return found;
}

function withTemplate(workload: Workload): TemplateHolder | undefined {
  const { template } = workload;
  return template === undefined ? undefined : { ...workload, template };
}

function elsewhere(ref: WorkloadRef, { kind, name }: TemplateSource, why: string): Failure {
  return new Failure(
    "refused",
    "template-elsewhere",
    `${workloadText(ref)} uses the pod template of ${kind}/${name}, which ${why}`,
  );
}
