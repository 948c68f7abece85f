import { ApiException, CoreV1Api, KubeConfig, KubernetesObjectApi } from "@kubernetes/client-node";
import { stringify } from "yaml";
import { softwareOf } from "irsa-sandbox/parts";
import type { ControlPlane } from "./control-plane/control-plane.ts";
import type { ClusterHooks } from "./moto/pod-identity.ts";

/** What EKS does in the real control plane: the agent's DaemonSets, whose pods kwok runs, and whether a token's pod is there. */
export function hooksInto(plane: () => ControlPlane | undefined): ClusterHooks {
  const running = (): ControlPlane => {
    const found = plane();
    if (found === undefined) throw new Error("the control plane does not run yet");
    return found;
  };
  return {
    async onAddon({ clusterArn, name, installed }, configurationValues) {
      const region = clusterArn.split(":")[3] ?? "";
      const { present, absent } = softwareOf(name, region, installed, configurationValues);
      for (const object of present) await running().apply(stringify(object));
      const objects = KubernetesObjectApi.makeApiClient(configOf(running()));
      for (const { apiVersion, kind, metadata } of absent) {
        const { name: its, namespace = "" } = metadata;
        await unlessGone(objects.delete({ apiVersion, kind, metadata: { name: its, namespace } }));
      }
    },
    async podExists({ namespace, serviceAccount, pod }) {
      const core = configOf(running()).makeApiClient(CoreV1Api);
      const [owner, found] = await Promise.all([
        unlessGone(core.readNamespacedServiceAccount({ namespace, name: serviceAccount.name })),
        unlessGone(core.readNamespacedPod({ namespace, name: pod.name })),
      ]);
      return owner?.metadata?.uid === serviceAccount.uid && found?.metadata?.uid === pod.uid;
    },
  };
}

function configOf({ adminKubeconfig }: ControlPlane): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(adminKubeconfig);
  return config;
}

async function unlessGone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiException && error.code === 404) return undefined;
    throw error;
  }
}
