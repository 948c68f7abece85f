import type { WorkloadKind } from "./workload-kinds.ts";
import type { ServiceAccountRef } from "./service-account-ref.ts";

/** A ServiceAccount, with what we read of it. */
export interface ServiceAccount {
  readonly ref: ServiceAccountRef;
  readonly resourceVersion: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The field managers named in `metadata.managedFields`. */
  readonly managers: readonly string[];
  /** When it was made, as RFC 3339. */
  readonly createdAt?: string;
  /** By annotation, the last time that its writer wrote, as RFC 3339: its value is at least that old. Absent where that is not tracked. */
  readonly annotatedAt?: Readonly<Record<string, string>>;
}

/** A namespace, with what we read of it. */
export interface Namespace {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A node, with what we read of it. */
export interface Node {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** What computes it, as `aws:///eu-west-1a/i-0123456789abcdef0`; absent until the cloud provider has said so. */
  readonly providerId?: string;
}

/** A pod, with what we read of it. */
export interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly serviceAccountName: string;
  readonly createdAt: string;
  readonly phase: string;
  /** The workload that made it, as `daemonset/name`; ReplicaSets are taken for their Deployment. */
  readonly workload?: string;
  /** Where it runs; absent until it is scheduled. */
  readonly node?: string;
  /** True if its condition Ready is. */
  readonly ready: boolean;
  readonly spec: PodSpec;
}

/**
 * How a pod runs, or the pods of a workload's template: what the webhook and the SDKs go by. Of annotations and variables no others
 * are kept than `isOfIdentity` names: whoever watches a cluster has those of all its pods in memory.
 */
export interface PodSpec {
  readonly serviceAccountName: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** True if its affinity or its `os` asks for Windows nodes. */
  readonly wantsWindows: boolean;
  /** True if it has the network of its node. */
  readonly hostNetwork?: true;
  readonly fsGroup?: number;
  /** Init containers first, in their order. */
  readonly containers: readonly Container[];
  readonly volumes: readonly Volume[];
}

/** A container, or an init container. */
export interface Container {
  readonly name: string;
  /** Its variables by name; `undefined` for a value that comes from elsewhere (`valueFrom`). */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The ConfigMaps and Secrets whose keys become variables (`envFrom`). */
  readonly envFrom: readonly EnvSource[];
  readonly mounts: readonly Mount[];
  /** The user that it runs as, where the pod says so. */
  readonly runAsUser?: number;
}

/** A ConfigMap or Secret of the pod's namespace; each of its keys is a variable, with the prefix in front. */
export interface EnvSource {
  readonly kind: "configmap" | "secret";
  readonly name: string;
  readonly prefix: string;
}

/** Where a container has a volume, or with a `subPath` one file or folder of it. */
export interface Mount {
  readonly volume: string;
  readonly path: string;
  readonly subPath: string;
}

/** A volume, with the ServiceAccount tokens that are projected into it. */
export interface Volume {
  readonly name: string;
  readonly tokens: readonly ProjectedToken[];
}

/** A projected ServiceAccount token. */
export interface ProjectedToken {
  /** Empty: the API server's own. */
  readonly audience: string;
  /** The file, relative to the volume. */
  readonly path: string;
}

/** A workload by kind, namespace and name. */
export interface WorkloadRef {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
}

/** A workload, with what we read of it. */
export interface Workload {
  readonly ref: WorkloadRef;
  readonly resourceVersion: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The field managers named in `metadata.managedFields`. */
  readonly managers: readonly string[];
  /** The object that controls it by its owner reference. */
  readonly controller?: { readonly kind: string; readonly name: string };
  /** Its pods'; `undefined` where it uses another workload's. */
  readonly template: PodSpec | undefined;
  /** The object whose pod template it uses instead of one of its own, in its namespace. */
  readonly templateOf?: TemplateSource;
  /** How far its pods are of its present template; absent for kinds that roll nothing out. */
  readonly rollout?: Rollout;
}

/** An object that has a pod template, as a reference names it. */
export interface TemplateSource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

/** The numbers of a rollout. Source: Kubernetes API reference, status of the kinds of apps/v1. */
export interface Rollout {
  readonly generation: number;
  readonly observedGeneration: number;
  /** How many pods there are to be. */
  readonly wanted: number;
  /** Of them, those of the present template. */
  readonly updated: number;
  readonly available: number;
  /** All that there are, those of former templates too. */
  readonly total: number;
  /** Why pods of former templates stay until someone does something. */
  readonly manualReason?: "paused" | "on-delete" | "partition";
  /** Why the controller has given up. */
  readonly stuck?: string;
  /** Whether the controller says that it is complete, where it does: it may keep old pods for a while, or not begin yet. */
  readonly complete?: boolean;
}

/** The MutatingWebhookConfiguration of the pod identity webhook, with what we read of it. */
export interface WebhookConfiguration {
  readonly name: string;
  readonly webhooks: readonly Webhook[];
}

/** One webhook of a configuration. Source: Kubernetes API reference, admissionregistration.k8s.io/v1. */
export interface Webhook {
  readonly name: string;
  readonly failurePolicy: string;
  /** Where the API server calls it: a URL, or `namespace/name` of a Service. */
  readonly target: string;
  /** The certificates that verify it, as PEM; empty: the API server's own trust. */
  readonly caPem: string;
  readonly namespaceSelector: LabelSelector;
  readonly objectSelector: LabelSelector;
  /** Whether its rules name the creation of pods. */
  readonly seesPods: boolean;
}

/** A label selector; what is empty selects everything. Source: Kubernetes, "Labels and Selectors". */
export interface LabelSelector {
  readonly matchLabels: Readonly<Record<string, string>>;
  readonly matchExpressions: readonly LabelRequirement[];
}

/** One requirement of a label selector. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** A pod as the audit keeps it, of tens of thousands: what it runs with, and what its SDK would find. */
export interface PodSummary {
  readonly namespace: string;
  readonly name: string;
  readonly serviceAccountName: string;
  readonly phase: string;
  readonly createdAt?: string;
  /** The workload that made it, as `daemonset/name`; ReplicaSets are taken for their Deployment. */
  readonly workload?: string;
  /** `AWS_ROLE_ARN` of the first container that has it; empty where its value comes from elsewhere. */
  readonly roleArn?: string;
  /** True if the webhook has given it a role: then it has the token's volume. */
  readonly injected: boolean;
  /** True if the webhook has prepared it for Pod Identity: it has the volume of the agent's token, and the agent's address. */
  readonly podIdentity: boolean;
  /** True if a container has `AWS_ACCESS_KEY_ID`, which SDKs take before anything else. */
  readonly staticKeys: boolean;
  /** Where it runs; absent until it is scheduled. */
  readonly node?: string;
  /** True if it has the network of its node. */
  readonly hostNetwork?: true;
}

/** The annotations of the EKS admission webhook that we write. */
export const ROLE_ANNOTATION = "eks.amazonaws.com/role-arn";
export const AUDIENCE_ANNOTATION = "eks.amazonaws.com/audience";
