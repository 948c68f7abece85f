import type { Pod, Workload } from "../model/kinds.ts";
import { controlledBy, isControlledBy, type StringMap } from "../model/object.ts";
import { PODS } from "../model/resources.ts";
import { ApiError } from "../model/status.ts";
import { shortHash } from "../names.ts";
import { CONTROLLER, type ControllerContext } from "./context.ts";
import { recordEvent } from "./events.ts";

/** Tells pods of one template from those of another. */
export const REVISION_LABEL = "controller-revision-hash";

/** Where one pod of a workload belongs. */
export interface PodPlace {
  /** A fixed name; without it one is generated. */
  readonly name?: string;
  readonly nodeName?: string;
  readonly labels?: StringMap;
}

/** The pods that a workload controls. */
export function podsOf({ store }: ControllerContext, owner: Workload): readonly Pod[] {
  return store.list(PODS, owner.metadata.namespace ?? "").filter((pod) => isControlledBy(pod, owner));
}

/** True for a pod that runs and is ready. */
export function isReady({ status }: Pod): boolean {
  return (status?.conditions ?? []).some(({ type, status }) => type === "Ready" && status === "True");
}

/** What stands for a workload's template in the labels of its pods. */
export function revisionOf({ metadata, spec }: Workload): string {
  return `${metadata.name}-${shortHash(spec.template)}`;
}

/** Makes a pod of the workload's template; when it is refused, says so in an event and gives false. */
export async function createPod(
  context: ControllerContext,
  owner: Workload,
  place: PodPlace,
): Promise<boolean> {
  const component = `${owner.kind.toLowerCase()}-controller`;
  try {
    const pod = await context.writer.create(PODS, podFor(owner, place), CONTROLLER);
    const message = `Created pod: ${pod.metadata.name}`;
    recordEvent(context.store, owner, { type: "Normal", reason: "SuccessfulCreate", message, component });
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const message = `Error creating: ${error.message}`;
    recordEvent(context.store, owner, { type: "Warning", reason: "FailedCreate", message, component });
    return false;
  }
}

function podFor(owner: Workload, { name = "", nodeName, labels }: PodPlace): Pod {
  const { metadata = {}, spec } = owner.spec.template;
  const { namespace = "" } = owner.metadata;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      ...(name === "" && { generateName: `${owner.metadata.name}-` }),
      namespace,
      labels: { ...metadata.labels, ...labels },
      ...(metadata.annotations && { annotations: metadata.annotations }),
      ownerReferences: [controlledBy(owner)],
    },
    spec: { ...spec, ...(nodeName !== undefined && { nodeName }) },
  };
}
