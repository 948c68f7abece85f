import {
  KubernetesObjectApi,
  loadAllYaml,
  PatchStrategy,
  type KubeConfig,
  type KubernetesObject,
  type V1Node,
} from "@kubernetes/client-node";

const FIELD_MANAGER = "test-world";

/**
 * Applies the documents of a YAML text in their order, by server-side apply; twice is as good as once.
 * @returns the documents
 * @throws ApiException as the API server answers, at the first document that it refuses.
 */
export async function applyYaml(config: KubeConfig, yaml: string): Promise<readonly KubernetesObject[]> {
  const objects = loadAllYaml(yaml).filter(
    (document): document is KubernetesObject => document !== undefined,
  );
  await applyObjects(config, objects);
  return objects;
}

/** Adds fake nodes `node-1`, `node-2`, …, each with room for many pods. */
export async function addNodes(config: KubeConfig, count: number): Promise<void> {
  await applyObjects(
    config,
    Array.from({ length: count }, (_, index) => fakeNode(`node-${index + 1}`)),
  );
}

/** Whether every node is Ready, and every namespace has the ServiceAccount that pods need. */
export async function areWorkloadsPossible(config: KubeConfig): Promise<boolean> {
  const api = KubernetesObjectApi.makeApiClient(config);
  const { items: namespaces } = await api.list("v1", "Namespace");
  for (const { metadata } of namespaces) {
    const namespace = metadata?.name ?? "";
    await api.read({ apiVersion: "v1", kind: "ServiceAccount", metadata: { namespace, name: "default" } });
  }
  const nodes = await api.list<V1Node>("v1", "Node");
  return nodes.items.every(isReady);
}

async function applyObjects(config: KubeConfig, objects: readonly KubernetesObject[]): Promise<void> {
  const api = KubernetesObjectApi.makeApiClient(config);
  for (const object of objects) {
    await api.patch(object, undefined, undefined, FIELD_MANAGER, true, PatchStrategy.ServerSideApply);
  }
}

function fakeNode(name: string): V1Node {
  const resources = { cpu: "32", memory: "256Gi", pods: "110" };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { "kubernetes.io/hostname": name, "kubernetes.io/os": "linux" } },
    status: { allocatable: resources, capacity: resources },
  };
}

function isReady(node: V1Node): boolean {
  return node.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
}
