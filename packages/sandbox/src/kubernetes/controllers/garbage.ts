import { RESOURCES } from "../model/resources.ts";
import type { ControllerContext } from "./context.ts";

/** Deletes what belonged to objects that are all gone. */
export function collectGarbage({ store, writer }: ControllerContext): void {
  const all = RESOURCES.flatMap((resource) => store.list(resource).map((object) => ({ resource, object })));
  const alive = new Set(all.map(({ object }) => object.metadata.uid));
  for (const { resource, object } of all) {
    const { ownerReferences = [], deletionTimestamp } = object.metadata;
    const isOrphan = ownerReferences.length > 0 && ownerReferences.every(({ uid }) => !alive.has(uid));
    if (isOrphan && deletionTimestamp === undefined) writer.remove(resource, object);
  }
}
