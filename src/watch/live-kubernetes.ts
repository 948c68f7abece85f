import type { KubernetesPort } from "../kubernetes/port.ts";
import type { Pod } from "../model/kubernetes-objects.ts";
import { serviceAccountPath } from "../model/service-account-ref.ts";
import type { KeptReads } from "./kept-reads.ts";
import type { Record } from "./live-aws.ts";
import { KEYS, type Mirror } from "./mirror.ts";

/** What a cluster is read through. */
export interface LiveKubernetes {
  readonly api: KubernetesPort;
  readonly mirror: Mirror;
  readonly kept: KeptReads;
}

type Lists = Pick<
  KubernetesPort,
  "listServiceAccounts" | "listPods" | "listPodSummaries" | "listNodes" | "listNodeClasses"
>;
type Gets = Pick<
  KubernetesPort,
  "getNamespace" | "getServiceAccount" | "getNode" | "getWebhook" | "getKeyNames"
>;

/**
 * The cluster as its watches tell it. The keys of ConfigMaps and Secrets, and node classes, which a cluster may lack, are read at
 * the pace of AWS; dry runs and tokens are asked for really.
 */
export function liveKubernetes(live: LiveKubernetes, record: Record): KubernetesPort {
  return { ...live.api, ...lists(live, record), ...gets(live, record) };
}

function lists({ api, mirror, kept }: LiveKubernetes, record: Record): Lists {
  return {
    async listServiceAccounts(namespace, selector) {
      // Labels are matched by the API server alone.
      if (selector !== undefined) return api.listServiceAccounts(namespace, selector);
      const all = [...mirror.objects("serviceAccounts").values()];
      return namespace === undefined ? all : all.filter(({ ref }) => ref.namespace === namespace);
    },
    async listPods({ namespace, name }) {
      if (namespace !== undefined && name !== undefined) {
        record(KEYS.podsOf(`${namespace}/${name}`), "pods");
        return mirror.podsOf(namespace, name).map(({ pod }) => pod);
      }
      // Whoever lists those of a namespace, or all, looks for the agent's.
      record(KEYS.agents, "pods");
      const found: Pod[] = [];
      // Every chain by Pod Identity asks, and nearly all pods are elsewhere.
      for (const { pod } of mirror.objects("pods").values())
        if (
          (namespace === undefined || pod.namespace === namespace) &&
          (name === undefined || pod.serviceAccountName === name)
        )
          found.push(pod);
      return found;
    },
    async listPodSummaries(namespace) {
      const all = [...mirror.objects("pods").values()].map(({ summary }) => summary);
      return namespace === undefined ? all : all.filter((pod) => pod.namespace === namespace);
    },
    async listNodes() {
      return [...mirror.objects("nodes").values()];
    },
    async listNodeClasses(kind) {
      const key = `nodeClasses/${kind}`;
      record(key, "nodeClasses");
      return kept.read({ source: "nodeClasses", key, read: () => api.listNodeClasses(kind) });
    },
  };
}

function gets({ api, mirror, kept }: LiveKubernetes, record: Record): Gets {
  const getOf = <Kind extends "namespaces" | "serviceAccounts" | "nodes" | "webhooks">(
    kind: Kind,
    key: string,
  ) => {
    record(KEYS.object(kind, key), kind);
    return mirror.objects(kind).get(key);
  };
  return {
    getNamespace: async (name) => getOf("namespaces", name),
    getServiceAccount: async (ref) => getOf("serviceAccounts", serviceAccountPath(ref)),
    getNode: async (name) => getOf("nodes", name),
    getWebhook: async (name) => getOf("webhooks", name),
    async getKeyNames(source) {
      const key = `keys/${source.kind}/${source.namespace}/${source.name}`;
      record(key, "keys");
      return kept.read({ source: "keys", key, ofOne: true, read: () => api.getKeyNames(source) });
    },
  };
}
