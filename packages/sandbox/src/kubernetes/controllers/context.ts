import { systemUser } from "../auth/user.ts";
import type { Condition } from "../model/kinds.ts";
import { timestamp, type KubeObject } from "../model/object.ts";
import type { Resource } from "../model/resources.ts";
import type { Store } from "../store.ts";
import type { WriteOptions, Writer } from "../writer.ts";

/** What controllers work with. */
export interface ControllerContext {
  readonly store: Store;
  readonly writer: Writer;
  readonly caPem: string;
  /** Has the controllers look again after so many milliseconds. */
  readonly wakeIn: (milliseconds: number) => void;
}

/** How controllers write. */
export const CONTROLLER: WriteOptions = {
  user: systemUser("kube-controller-manager"),
  dryRun: false,
  manager: "kube-controller-manager",
};

/** Writes an object's status, if it is another. */
export async function setStatus<T extends KubeObject>(
  { writer }: ControllerContext,
  resource: Resource<T>,
  object: T,
  status: object,
): Promise<void> {
  await writer.update(resource, object, { ...object, status }, { ...CONTROLLER, subresource: "status" });
}

/** A condition with its reason; one that has not changed keeps its time. */
export function condition(object: KubeObject, type: string, holds: boolean, reason: string): Condition {
  const { conditions = [] } = (object["status"] ?? {}) as { readonly conditions?: readonly Condition[] };
  const status = holds ? "True" : "False";
  const before = conditions.find((candidate) => candidate.type === type);
  const lastTransitionTime = before?.status === status ? before.lastTransitionTime : timestamp();
  return { type, status, lastTransitionTime, ...(reason !== "" && { reason }) };
}
