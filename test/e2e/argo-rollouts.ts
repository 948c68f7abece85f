import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import {
  ApiException,
  AppsV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  type V1ObjectMeta,
  type V1PodTemplateSpec,
} from "@kubernetes/client-node";
import { isEmbedded } from "../worlds/start.ts";
import type { World } from "../worlds/world.ts";
import { clusterOf } from "./cluster.ts";

const CRD = new URL("fixtures/rollouts-crd.yaml", import.meta.url);
const KIND = { group: "argoproj.io", version: "v1alpha1", plural: "rollouts" } as const;
const HASH = "rollouts-pod-template-hash";

interface Rollout {
  readonly metadata: V1ObjectMeta;
  readonly spec: {
    readonly template?: V1PodTemplateSpec;
    readonly workloadRef?: { readonly name: string };
    readonly restartAt?: string;
  };
  readonly status?: Readonly<Record<string, unknown>>;
}

/**
 * Has the world's cluster know Rollouts. The emulation does of itself; elsewhere the kind is registered, and what Argo
 * Rollouts' controller would do with one of one pod is done here, until `stop`.
 */
export async function installArgoRollouts(
  world: World,
  namespace: string,
): Promise<{ stop: () => Promise<void> }> {
  if (isEmbedded()) return { stop: async () => undefined };
  await clusterOf(world).apply(await readFile(CRD, "utf8"));
  const config = new KubeConfig();
  config.loadFromFile(world.adminKubeconfig);
  const custom = config.makeApiClient(CustomObjectsApi);
  const scope = { ...KIND, namespace };
  const stopping = new AbortController();
  const work = (async () => {
    while (!stopping.signal.aborted) {
      const { items } = (await custom.listNamespacedCustomObject(scope)) as { items: Rollout[] };
      for (const rollout of items) await reconcile(config, namespace, rollout).catch(unlessChanged);
      await sleep(200);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await work;
    },
  };
}

/** What somebody has changed or deleted since it was listed is looked at again, as controllers do. */
function unlessChanged(error: unknown): void {
  if (!(error instanceof ApiException) || ![404, 409].includes(error.code)) throw error;
}

async function reconcile(config: KubeConfig, namespace: string, rollout: Rollout): Promise<void> {
  const [apps, core, custom] = [
    config.makeApiClient(AppsV1Api),
    config.makeApiClient(CoreV1Api),
    config.makeApiClient(CustomObjectsApi),
  ];
  const { metadata, spec } = rollout;
  const { name = "", uid = "", generation = 0 } = metadata;
  const template =
    spec.template ??
    (await apps.readNamespacedDeployment({ namespace, name: spec.workloadRef?.name ?? "" })).spec?.template;
  const hash = `h-${template?.spec?.serviceAccountName ?? "default"}`;
  const labels = { ...template?.metadata?.labels, [HASH]: hash };
  const { items } = await apps.listNamespacedReplicaSet({ namespace });
  const sets = items.filter((set) => set.metadata?.ownerReferences?.some((owner) => owner.uid === uid));
  const current = sets.find((set) => set.metadata?.labels?.[HASH] === hash);
  if (current === undefined) {
    const owner = { apiVersion: "argoproj.io/v1alpha1", kind: "Rollout", name, uid, controller: true };
    await apps.createNamespacedReplicaSet({
      namespace,
      body: {
        metadata: { name: `${name}-${hash}`, labels, ownerReferences: [owner] },
        spec: {
          replicas: 1,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, ...(template?.spec !== undefined && { spec: template.spec }) },
        },
      },
    });
    return;
  }
  const isReady = current.status?.readyReplicas === 1;
  if (isReady)
    for (const set of sets)
      if (set !== current)
        await apps.deleteNamespacedReplicaSet({
          namespace,
          name: set.metadata?.name ?? "",
          body: { propagationPolicy: "Foreground" },
        });
  const pods = (await core.listNamespacedPod({ namespace, labelSelector: `${HASH}=${hash}` })).items;
  const due = new Date(spec.restartAt ?? "invalid").getTime();
  const old = pods.filter(
    (pod) => Date.now() >= due && (pod.metadata?.creationTimestamp?.getTime() ?? 0) < due,
  );
  for (const pod of old) await core.deleteNamespacedPod({ namespace, name: pod.metadata?.name ?? "" });
  const isRestarted = Date.now() >= due && old.length === 0 && isReady;
  const restartedAt = isRestarted ? spec.restartAt : rollout.status?.["restartedAt"];
  const isHealthy = isReady && sets.length === 1 && restartedAt === spec.restartAt;
  const status = {
    observedGeneration: String(generation),
    replicas: pods.length,
    updatedReplicas: 1,
    availableReplicas: isReady ? 1 : 0,
    phase: isHealthy ? "Healthy" : "Progressing",
    ...(restartedAt !== undefined && { restartedAt }),
  };
  if (JSON.stringify(status) === JSON.stringify(rollout.status)) return;
  await custom.replaceNamespacedCustomObjectStatus({
    ...KIND,
    namespace,
    name,
    body: { ...rollout, apiVersion: "argoproj.io/v1alpha1", kind: "Rollout", status },
  });
}
