import {
  AppsV1Api,
  CoreV1Api,
  KubeConfig,
  KubernetesObjectApi,
  type ApiConstructor,
  type ApiType,
  type KubernetesObject,
  type V1Pod,
} from "@kubernetes/client-node";
import { loadAllYaml } from "@kubernetes/client-node";
import { vi } from "vitest";
import { settled } from "../worlds/control-plane/settled.ts";
import { PATIENCE } from "../worlds/patience.ts";
import { isEmbedded } from "../worlds/start.ts";
import type { World } from "../worlds/world.ts";

/** The cluster of a world, looked at and prepared by its administrator. */
export interface Cluster {
  readonly core: CoreV1Api;
  readonly apps: AppsV1Api;
  /** Makes the objects of a YAML text, and waits until the API server goes by them. */
  readonly apply: (yaml: string) => Promise<void>;
  /** The annotations of a ServiceAccount; `undefined` if there is no such ServiceAccount. */
  readonly annotations: (namespace: string, name: string) => Promise<Record<string, string> | undefined>;
  /** Waits until a pod of the namespace with that label runs that is not being deleted, and gives it. */
  readonly runningPod: (namespace: string, labelSelector: string) => Promise<V1Pod>;
  /** A token as the kubelet would put it in the pod's volume `aws-iam-token`. */
  readonly podToken: (pod: V1Pod) => Promise<string>;
  readonly serviceAccountToken: (namespace: string, name: string, audience: string) => Promise<string>;
}

/** The administrator's view of a world's cluster. */
export function clusterOf(world: Pick<World, "adminKubeconfig">): Cluster {
  const config = new KubeConfig();
  config.loadFromFile(world.adminKubeconfig);
  const api = <T extends ApiType>(type: ApiConstructor<T>): T => config.makeApiClient(type);
  const core = api(CoreV1Api);
  const token = async (namespace: string, name: string, spec: object): Promise<string> => {
    const body = { spec: { audiences: [], ...spec } };
    const answer = await core.createNamespacedServiceAccountToken({ namespace, name, body });
    return answer.status?.token ?? "";
  };
  return {
    core,
    apps: api(AppsV1Api),
    async apply(yaml) {
      const objects = KubernetesObjectApi.makeApiClient(config);
      for (const object of loadAllYaml(yaml) as KubernetesObject[]) {
        await objects.create(object);
        // The emulation does immediately, and is not to see calls that a test did not make.
        if (!isEmbedded()) await settled(config, object);
      }
    },
    async annotations(namespace, name) {
      const { items } = await core.listNamespacedServiceAccount({ namespace });
      const found = items.find(({ metadata }) => metadata?.name === name);
      return found && (found.metadata?.annotations ?? {});
    },
    runningPod: (namespace, labelSelector) =>
      vi.waitFor(async () => {
        const { items } = await core.listNamespacedPod({ namespace, labelSelector });
        const running = items.find(
          ({ metadata, status }) => status?.phase === "Running" && metadata?.deletionTimestamp === undefined,
        );
        if (running === undefined)
          throw new Error(`no pod runs: ${JSON.stringify(items.map(({ status }) => status))}`);
        return running;
      }, PATIENCE),
    podToken: async (pod) => {
      const volume = pod.spec?.volumes?.find(({ name }) => name === "aws-iam-token");
      const projected = volume?.projected?.sources?.[0]?.serviceAccountToken;
      if (projected === undefined) throw new Error("the pod has no projected token");
      return token(pod.metadata?.namespace ?? "", pod.spec?.serviceAccountName ?? "", {
        audiences: [projected.audience],
        expirationSeconds: projected.expirationSeconds,
        boundObjectRef: { apiVersion: "v1", kind: "Pod", name: pod.metadata?.name, uid: pod.metadata?.uid },
      });
    },
    serviceAccountToken: (namespace, name, audience) =>
      token(namespace, name, { audiences: [audience], expirationSeconds: 600 }),
  };
}
