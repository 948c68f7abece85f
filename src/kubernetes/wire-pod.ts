import { isOfIdentity } from "../model/pod-credentials.ts";
import { ownerOfReplicaSet } from "../model/workload-kinds.ts";
import type { Container, EnvSource, Pod, PodSpec, Volume } from "../model/kubernetes-objects.ts";
import { anything, flag, listOf, number, object, optional, text, texts } from "./answer.ts";
import { OWNERS } from "./wire.ts";

const USER = optional(object({ runAsUser: optional(number) }));

const NAMED = optional(object({ name: optional(text) }));

const CONTAINER = object({
  name: text,
  env: optional(listOf(object({ name: text, value: optional(text), valueFrom: optional(anything) }))),
  envFrom: optional(listOf(object({ prefix: optional(text), configMapRef: NAMED, secretRef: NAMED }))),
  volumeMounts: optional(listOf(object({ name: text, mountPath: text, subPath: optional(text) }))),
  securityContext: USER,
});

const TOKEN_SOURCE = object({
  serviceAccountToken: optional(object({ audience: optional(text), path: optional(text) })),
});

const NODE_TERM = object({
  matchExpressions: optional(listOf(object({ key: text, operator: text, values: optional(listOf(text)) }))),
});
const NODE_TERMS = object({ nodeSelectorTerms: optional(listOf(NODE_TERM)) });
const AFFINITY = object({
  nodeAffinity: optional(object({ requiredDuringSchedulingIgnoredDuringExecution: optional(NODE_TERMS) })),
});

const POD_SPEC = object({
  serviceAccountName: optional(text),
  nodeName: optional(text),
  hostNetwork: optional(flag),
  nodeSelector: optional(texts),
  os: optional(object({ name: optional(text) })),
  affinity: optional(AFFINITY),
  securityContext: optional(object({ fsGroup: optional(number), runAsUser: optional(number) })),
  initContainers: optional(listOf(CONTAINER)),
  containers: listOf(CONTAINER),
  volumes: optional(
    listOf(object({ name: text, projected: optional(object({ sources: optional(listOf(TOKEN_SOURCE)) })) })),
  ),
});

const POD_METADATA = { labels: optional(texts), annotations: optional(texts) };

/** A pod as a workload's template has it. */
export const POD_TEMPLATE = object({ metadata: optional(object(POD_METADATA)), spec: POD_SPEC });

/** The parts of a pod's JSON that we read. Source: Kubernetes API reference, v1 core. */
export const POD = object({
  metadata: object({
    ...POD_METADATA,
    namespace: text,
    name: text,
    creationTimestamp: text,
    ownerReferences: OWNERS,
  }),
  spec: POD_SPEC,
  status: optional(
    object({
      phase: optional(text),
      conditions: optional(listOf(object({ type: text, status: text }))),
    }),
  ),
});

/** A pod as `POD` reads it. */
export type PodJson = ReturnType<typeof POD>;
/** A template as `POD_TEMPLATE` reads it. */
export type PodTemplateJson = ReturnType<typeof POD_TEMPLATE>;

type PodSpecJson = ReturnType<typeof POD_SPEC>;
type ContainerJson = ReturnType<typeof CONTAINER>;
type EnvFromJson = NonNullable<ContainerJson["envFrom"]>[number];
type VolumeJson = NonNullable<PodSpecJson["volumes"]>[number];

/** What we read of a pod. */
export function toPod(pod: PodJson): Pod {
  const { metadata, status } = pod;
  const workload = workloadOf(metadata);
  const spec = toPodSpec(pod);
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    serviceAccountName: spec.serviceAccountName,
    createdAt: metadata.creationTimestamp,
    phase: status?.phase ?? "Unknown",
    ...(pod.spec.nodeName !== undefined && { node: pod.spec.nodeName }),
    ready: (status?.conditions ?? []).some((one) => one.type === "Ready" && one.status === "True"),
    ...(workload !== undefined && { workload }),
    spec,
  };
}

/** What we read of how a pod runs. */
export function toPodSpec({ metadata, spec }: PodTemplateJson): PodSpec {
  const { fsGroup, runAsUser } = spec.securityContext ?? {};
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  return {
    serviceAccountName: nonEmpty(spec.serviceAccountName) ?? "default",
    labels: metadata?.labels ?? {},
    annotations: Object.fromEntries(
      Object.entries(metadata?.annotations ?? {}).filter(([key]) => isOfIdentity.annotation(key)),
    ),
    nodeSelector: spec.nodeSelector ?? {},
    wantsWindows: spec.os?.name === "windows" || affinityNamesWindows(spec.affinity),
    ...(spec.hostNetwork === true && { hostNetwork: true as const }),
    ...(fsGroup !== undefined && { fsGroup }),
    containers: containers.map((container) => toContainer(container, runAsUser)),
    volumes: (spec.volumes ?? []).map(toVolume),
  };
}

function toContainer(container: ContainerJson, podUser: number | undefined): Container {
  const { name, env = [], envFrom = [], volumeMounts = [], securityContext } = container;
  const runAsUser = securityContext?.runAsUser ?? podUser;
  return {
    name,
    // Without `value` and `valueFrom` a variable is empty: the API server drops empty strings.
    env: Object.fromEntries(
      env
        .filter((one) => isOfIdentity.variable(one.name))
        .map((one) => [one.name, one.valueFrom === undefined ? (one.value ?? "") : undefined]),
    ),
    envFrom: envFrom.flatMap(toEnvSources),
    mounts: volumeMounts.map((one) => ({
      volume: one.name,
      path: one.mountPath,
      subPath: one.subPath ?? "",
    })),
    ...(runAsUser !== undefined && { runAsUser }),
  };
}

function toEnvSources({ prefix = "", configMapRef, secretRef }: EnvFromJson): EnvSource[] {
  const given = [
    ["configmap", configMapRef?.name],
    ["secret", secretRef?.name],
  ] as const;
  return given.flatMap(([kind, name]) => (name === undefined ? [] : [{ kind, name, prefix }]));
}

function toVolume({ name, projected }: VolumeJson): Volume {
  const tokens = (projected?.sources ?? []).flatMap(({ serviceAccountToken: token }) =>
    token === undefined ? [] : [{ audience: token.audience ?? "", path: token.path ?? "" }],
  );
  return { name, tokens };
}

function affinityNamesWindows(affinity: PodSpecJson["affinity"]): boolean {
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return (required?.nodeSelectorTerms ?? []).some(({ matchExpressions = [] }) =>
    matchExpressions.some(
      ({ key, operator, values = [] }) =>
        /(^|\/)os$/.test(key) && operator === "In" && values.includes("windows"),
    ),
  );
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

/** A Deployment's or a Rollout's pods are owned by a ReplicaSet, whose name is theirs and a hash. */
export function workloadOf(metadata: PodJson["metadata"]): string | undefined {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (owner === undefined) return undefined;
  const above =
    owner.kind === "ReplicaSet" ? ownerOfReplicaSet(owner.name, metadata.labels ?? {}) : undefined;
  return above ?? `${owner.kind.toLowerCase()}/${owner.name}`;
}
