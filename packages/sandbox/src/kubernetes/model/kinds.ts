import type { KubeObject, LabelSelector, ObjectMeta, StringMap } from "./object.ts";

/** The parts of the built-in kinds that the emulation itself reads or writes; whatever else an object has is kept. */
export interface Pod extends KubeObject {
  readonly spec: PodSpec;
  readonly status?: PodStatus;
}

/** What a pod is to run, as far as anything here reads it. */
export interface PodSpec {
  readonly serviceAccountName?: string;
  readonly serviceAccount?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly nodeName?: string;
  readonly restartPolicy?: string;
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly imagePullSecrets?: readonly { readonly name: string }[];
  readonly tolerations?: readonly Toleration[];
  readonly [field: string]: unknown;
}

/** A container of a pod. */
export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  readonly [field: string]: unknown;
}

/** A volume of a pod. */
export interface Volume {
  readonly name: string;
  readonly [field: string]: unknown;
}

/** A taint that a pod bears. */
export interface Toleration {
  readonly key?: string;
  readonly [field: string]: unknown;
}

/** How a pod is. */
export interface PodStatus {
  readonly phase: string;
  readonly conditions?: readonly Condition[];
  readonly containerStatuses?: readonly { readonly ready: boolean; readonly restartCount: number }[];
  readonly [field: string]: unknown;
}

/** An entry of `status.conditions`; `status` is `True`, `False` or `Unknown`. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime: string;
  readonly reason?: string;
  readonly message?: string;
}

/** What a workload makes its pods of. */
export interface PodTemplate {
  readonly metadata?: Partial<ObjectMeta>;
  readonly spec: PodSpec;
}

/** A kind that runs pods of one template: Deployment, ReplicaSet, DaemonSet, StatefulSet, Job. */
export interface Workload extends KubeObject {
  readonly spec: {
    readonly replicas?: number;
    readonly selector?: LabelSelector;
    readonly template: PodTemplate;
    readonly suspend?: boolean;
    readonly [field: string]: unknown;
  };
  readonly status?: Readonly<Record<string, unknown>>;
}

/** An Argo Rollout, as far as anything here reads it. Source: Argo Rollouts, "Specification". */
export interface Rollout extends KubeObject {
  readonly spec: {
    readonly replicas?: number;
    readonly selector?: LabelSelector;
    readonly template?: PodTemplate;
    /** The object whose template is used instead of one of its own. */
    readonly workloadRef?: { readonly apiVersion: string; readonly kind: string; readonly name: string };
    readonly restartAt?: string;
    readonly paused?: boolean;
    readonly [field: string]: unknown;
  };
  readonly status?: Readonly<Record<string, unknown>>;
}

/** A namespace. */
export interface Namespace extends KubeObject {
  readonly spec?: { readonly finalizers?: readonly string[] };
  readonly status?: { readonly phase: string };
}

/** A ServiceAccount. */
export interface ServiceAccount extends KubeObject {
  readonly automountServiceAccountToken?: boolean;
  readonly imagePullSecrets?: readonly { readonly name: string }[];
}

/** A ConfigMap. */
export interface ConfigMap extends KubeObject {
  readonly data?: StringMap;
}

/** A rule of a Role or ClusterRole. Source: rbac.authorization.k8s.io/v1, PolicyRule. */
export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

/** A Role or a ClusterRole. */
export interface Role extends KubeObject {
  readonly rules?: readonly PolicyRule[] | null;
}

/** A RoleBinding or a ClusterRoleBinding. */
export interface RoleBinding extends KubeObject {
  readonly roleRef: { readonly apiGroup: string; readonly kind: string; readonly name: string };
  readonly subjects?: readonly Subject[];
}

/** Whom a binding names. */
export interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly apiGroup?: string;
}

/** Source: admissionregistration.k8s.io/v1. */
export interface WebhookConfiguration extends KubeObject {
  readonly webhooks?: readonly Webhook[];
}

/** One webhook of a configuration. */
export interface Webhook {
  readonly name: string;
  readonly clientConfig: { readonly url?: string; readonly caBundle?: string };
  readonly failurePolicy?: "Ignore" | "Fail";
  readonly namespaceSelector?: LabelSelector;
  readonly objectSelector?: LabelSelector;
  readonly sideEffects?: string;
  readonly timeoutSeconds?: number;
  readonly rules?: readonly {
    readonly operations: readonly string[];
    readonly apiGroups: readonly string[];
    readonly apiVersions: readonly string[];
    readonly resources: readonly string[];
    readonly scope?: string;
  }[];
}

/** A core/v1 Event. */
export interface Event extends KubeObject {
  readonly involvedObject: Readonly<Record<string, unknown>>;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly lastTimestamp: string;
  readonly type: string;
}
