import type { Container, Pod, PodSpec, Volume } from "../model/kubernetes-objects.ts";

/** The parts of a pod's JSON that we read. Source: Kubernetes API reference, v1 core. */
export interface PodJson {
  readonly metadata: PodMetadataJson & {
    readonly namespace: string;
    readonly name: string;
    readonly creationTimestamp: string;
    readonly ownerReferences?: readonly {
      readonly kind: string;
      readonly name: string;
      readonly controller?: boolean;
    }[];
  };
  readonly spec: PodSpecJson;
  readonly status?: { readonly phase?: string };
}

/** A pod as a workload's template has it. */
export interface PodTemplateJson {
  readonly metadata?: PodMetadataJson;
  readonly spec: PodSpecJson;
}

interface PodMetadataJson {
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
}

interface PodSpecJson {
  readonly serviceAccountName?: string;
  readonly nodeSelector?: Record<string, string>;
  readonly os?: { readonly name?: string };
  readonly affinity?: unknown;
  readonly securityContext?: { readonly fsGroup?: number; readonly runAsUser?: number };
  readonly initContainers?: readonly ContainerJson[];
  readonly containers: readonly ContainerJson[];
  readonly volumes?: readonly VolumeJson[];
}

interface ContainerJson {
  readonly name: string;
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  readonly securityContext?: { readonly runAsUser?: number };
}

interface VolumeJson {
  readonly name: string;
  readonly projected?: {
    readonly sources?: readonly { readonly serviceAccountToken?: { readonly audience?: string } }[];
  };
}

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
    annotations: metadata?.annotations ?? {},
    nodeSelector: spec.nodeSelector ?? {},
    wantsWindows: spec.os?.name === "windows" || affinityNamesWindows(spec.affinity),
    ...(fsGroup !== undefined && { fsGroup }),
    containers: containers.map((container) => toContainer(container, runAsUser)),
    volumes: (spec.volumes ?? []).map(toVolume),
  };
}

function toContainer(container: ContainerJson, podUser: number | undefined): Container {
  const { name, env = [], volumeMounts = [], securityContext } = container;
  const runAsUser = securityContext?.runAsUser ?? podUser;
  return {
    name,
    // Without `value` and `valueFrom` a variable is empty: the API server drops empty strings.
    env: Object.fromEntries(
      env.map((one) => [one.name, one.valueFrom === undefined ? (one.value ?? "") : undefined]),
    ),
    mounts: Object.fromEntries(volumeMounts.map((one) => [one.name, one.mountPath])),
    ...(runAsUser !== undefined && { runAsUser }),
  };
}

function toVolume({ name, projected }: VolumeJson): Volume {
  const token = projected?.sources?.find(({ serviceAccountToken }) => serviceAccountToken !== undefined);
  if (token === undefined) return { name };
  return { name, tokenAudience: token.serviceAccountToken?.audience ?? "" };
}

interface NodeTerms {
  readonly nodeAffinity?: {
    readonly requiredDuringSchedulingIgnoredDuringExecution?: {
      readonly nodeSelectorTerms?: readonly {
        readonly matchExpressions?: readonly {
          readonly key: string;
          readonly operator: string;
          readonly values?: readonly string[];
        }[];
      }[];
    };
  };
}

function affinityNamesWindows(affinity: unknown): boolean {
  const required = (affinity as NodeTerms | undefined)?.nodeAffinity
    ?.requiredDuringSchedulingIgnoredDuringExecution;
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

/** A Deployment's pods are owned by a ReplicaSet, whose name is the Deployment's and the pod-template-hash. */
export function workloadOf(metadata: PodJson["metadata"]): string | undefined {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (owner === undefined) return undefined;
  const hash = metadata.labels?.["pod-template-hash"];
  if (owner.kind === "ReplicaSet" && hash !== undefined && owner.name.endsWith(`-${hash}`)) {
    return `deployment/${owner.name.slice(0, -hash.length - 1)}`;
  }
  return `${owner.kind.toLowerCase()}/${owner.name}`;
}
