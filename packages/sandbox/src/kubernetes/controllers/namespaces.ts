import type { Namespace } from "../model/kinds.ts";
import { CONFIG_MAPS, NAMESPACES, RESOURCES, SERVICE_ACCOUNTS } from "../model/resources.ts";
import { CONTROLLER, type ControllerContext } from "./context.ts";

/** Gives a namespace its `default` ServiceAccount and the cluster's CA; empties and ends one that is to go. */
export async function reconcileNamespace(context: ControllerContext, namespace: Namespace): Promise<void> {
  if (namespace.metadata.deletionTimestamp === undefined) await furnish(context, namespace.metadata.name);
  else terminate(context, namespace);
}

async function furnish({ store, writer, caPem }: ControllerContext, namespace: string): Promise<void> {
  if (store.get(SERVICE_ACCOUNTS, namespace, "default") === undefined) {
    const metadata = { name: "default", namespace };
    await writer.create(SERVICE_ACCOUNTS, { apiVersion: "v1", kind: "ServiceAccount", metadata }, CONTROLLER);
  }
  if (store.get(CONFIG_MAPS, namespace, "kube-root-ca.crt") === undefined) {
    const metadata = { name: "kube-root-ca.crt", namespace };
    const data = { "ca.crt": caPem };
    await writer.create(CONFIG_MAPS, { apiVersion: "v1", kind: "ConfigMap", metadata, data }, CONTROLLER);
  }
}

function terminate({ store, writer }: ControllerContext, namespace: Namespace): void {
  const { name } = namespace.metadata;
  const content = RESOURCES.filter(({ namespaced }) => namespaced).flatMap((resource) =>
    store.list(resource, name).map((object) => ({ resource, object })),
  );
  for (const { resource, object } of content) {
    if (object.metadata.deletionTimestamp === undefined) writer.remove(resource, object);
  }
  if (content.length === 0) store.remove(NAMESPACES, namespace);
}
