import {
  CreateAddonCommand,
  DeleteAddonCommand,
  UpdateAddonCommand,
  type EKSClient,
} from "@aws-sdk/client-eks";
import { PatchStrategy, setHeaderOptions, type V1Pod } from "@kubernetes/client-node";
import { vi } from "vitest";
import { PATIENCE } from "../../../worlds/patience.ts";
import { CLUSTER_NAME } from "../../../worlds/world.ts";
import type { Cluster } from "../../cluster.ts";

const ADDON = { clusterName: CLUSTER_NAME, addonName: "eks-pod-identity-agent" };
const NAMESPACE = "kube-system";
/** Of all its DaemonSets. */
const LABEL = "app.kubernetes.io/instance=eks-pod-identity-agent";

type InCluster = { readonly cluster: Cluster; readonly eks: EKSClient };

/** Installs the agent, and waits until it is ready on the node that the cluster has. */
export async function installAgent({ cluster, eks }: InCluster): Promise<void> {
  await eks.send(new CreateAddonCommand(ADDON));
  await agentReady(cluster);
}

/** Removes the agent with all its pods. */
export async function removeAgent({ cluster, eks }: InCluster): Promise<void> {
  await eks.send(new DeleteAddonCommand(ADDON));
  await agentPods(cluster, (pods) => pods.length === 0);
}

/** Has the add-on make its DaemonSet for hybrid nodes too, and waits for its pod on the node. */
export async function enableOnHybrid({ cluster, eks }: InCluster, node: string): Promise<void> {
  const configurationValues = JSON.stringify({ daemonsets: { hybrid: { create: true } } });
  await eks.send(new UpdateAddonCommand({ ...ADDON, configurationValues }));
  await agentPods(cluster, (pods) => pods.some((pod) => pod.spec?.nodeName === node && isReady(pod)));
}

/** Waits until every pod of the agent is ready, and there is one. */
export async function agentReady(cluster: Cluster): Promise<void> {
  await agentPods(cluster, (pods) => pods.length > 0 && pods.every(isReady));
}

/** Lets the kubelet find that the agent's pods are not ready. */
export async function makeUnready(cluster: Cluster): Promise<void> {
  for (const { metadata, status } of await agentPods(cluster, (pods) => pods.length > 0)) {
    const conditions = (status?.conditions ?? []).map(({ type, status: held, lastTransitionTime }) => {
      const isOfReadiness = type === "Ready" || type === "ContainersReady";
      return { type, status: isOfReadiness ? "False" : held, lastTransitionTime };
    });
    // A kubelet of kwok begins again with a pod that has no address.
    const podIP = status?.podIP ?? status?.hostIP ?? "10.0.0.10";
    const body = { status: { conditions, podIP, podIPs: [{ ip: podIP }] } };
    await cluster.core.patchNamespacedPodStatus(
      { namespace: NAMESPACE, name: metadata?.name ?? "", body },
      setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
    );
  }
}

/** Deletes the agent's pods, which its DaemonSet makes again. */
export async function recreateAgent(cluster: Cluster): Promise<void> {
  await cluster.core.deleteCollectionNamespacedPod({ namespace: NAMESPACE, labelSelector: LABEL });
  await agentReady(cluster);
}

/** Has the agent's DaemonSet select nodes with this label alone; all again for `null`. */
export async function selectNodes({ apps, core }: Cluster, label: string | null): Promise<void> {
  const nodeSelector = { "example.com/agent": label };
  await apps.patchNamespacedDaemonSet(
    {
      namespace: NAMESPACE,
      name: ADDON.addonName,
      body: { spec: { template: { spec: { nodeSelector } } } },
    },
    setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
  );
  await agentPods({ core }, (pods) => (label === null ? pods.some(isReady) : pods.length === 0));
}

function agentPods(
  { core }: Pick<Cluster, "core">,
  areWanted: (pods: readonly V1Pod[]) => boolean,
): Promise<readonly V1Pod[]> {
  return vi.waitFor(async () => {
    const { items } = await core.listNamespacedPod({ namespace: NAMESPACE, labelSelector: LABEL });
    if (!areWanted(items))
      throw new Error(`the agent's pods: ${JSON.stringify(items.map(({ status }) => status))}`);
    return items;
  }, PATIENCE);
}

function isReady({ status }: V1Pod): boolean {
  return (status?.conditions ?? []).some(({ type, status: held }) => type === "Ready" && held === "True");
}
