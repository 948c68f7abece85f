import type { Access } from "../model/access.ts";
import type {
  EnvSource,
  Namespace,
  Node,
  Pod,
  PodSummary,
  PodSpec,
  ServiceAccount,
  WebhookConfiguration,
  Workload,
  WorkloadRef,
} from "../model/kubernetes-objects.ts";
import type { ServiceAccountEvent } from "../model/service-account-event.ts";
import type { NodeClass, NodeClassKind } from "../model/node-classes.ts";
import type { HeldLease, LeaseRecord, LeaseRef } from "../model/lease.ts";
import type { SelectorText } from "../model/label-selector.ts";
import type { NamespaceName, ServiceAccountName, ServiceAccountRef } from "../model/service-account-ref.ts";

/**
 * What the domain needs of the cluster. Reads give `undefined` for what does not exist and throw a `Failure` for what
 * can't be known (`forbidden`, `unauthorized`, `unreachable`). Writes throw `already-exists` and `conflict`.
 */
export interface KubernetesPort {
  getNamespace(name: NamespaceName): Promise<Namespace | undefined>;
  getServiceAccount(ref: ServiceAccountRef): Promise<ServiceAccount | undefined>;
  /** The ServiceAccounts of a namespace, or of all; those that the labels select. */
  listServiceAccounts(
    namespace: NamespaceName | undefined,
    selector?: SelectorText,
  ): Promise<readonly ServiceAccount[]>;
  createNamespace(name: NamespaceName): Promise<void>;
  createServiceAccount(serviceAccount: NewServiceAccount): Promise<void>;
  /** Sets labels and annotations, and takes off those that are `null`, if the object still has that resourceVersion; else throws `conflict`. */
  patchServiceAccount(edit: ServiceAccountEdit): Promise<void>;
  /** Deletes the ServiceAccount, if it still has that resourceVersion; else throws `conflict`. */
  deleteServiceAccount(ref: ServiceAccountRef, resourceVersion: string): Promise<void>;
  /** Sets the ServiceAccount in a workload's pod template, if the object still has that resourceVersion; else throws `conflict`. */
  bindWorkload(edit: WorkloadBinding): Promise<void>;
  /** Has the workload's pods replaced, as `kubectl rollout restart` does: once for one time. */
  restartWorkload(ref: WorkloadRef, at: Date): Promise<void>;
  /** Whether the API server would take such a restart: a dry run, with all admission. Throws what refuses it. */
  tryRestart(ref: WorkloadRef): Promise<void>;
  /** Asks the API server whether we may (SelfSubjectAccessReview); `askAccess` calls it, and nothing else. */
  may(access: Access): Promise<boolean>;
  /**
   * A token of the ServiceAccount (TokenRequest); `undefined` audience means the API server's own. With a pod, which must run with
   * the ServiceAccount, it is bound to it, as the kubelet's are.
   */
  requestToken(
    ref: ServiceAccountRef,
    audience: string | undefined,
    seconds: number,
    pod?: string,
  ): Promise<string>;
  /** The pods of a namespace, or of all, that run with the ServiceAccount, if one is named. */
  listPods(scope: PodScope): Promise<readonly Pod[]>;
  /** As `listPods`, of each pod only what the audit of a whole cluster keeps. */
  listPodSummaries(namespace: NamespaceName | undefined): Promise<readonly PodSummary[]>;
  getPod(namespace: NamespaceName, name: string): Promise<Pod | undefined>;
  /** A node's labels, which tell what computes it; `undefined` if it is gone. */
  getNode(name: string): Promise<Node | undefined>;
  /** Every node, with its labels. */
  listNodes(): Promise<readonly Node[]>;
  /** The node classes of a kind; none where the cluster does not have the kind. */
  listNodeClasses(kind: NodeClassKind): Promise<readonly NodeClass[]>;
  getWorkload(ref: WorkloadRef): Promise<Workload | undefined>;
  /** The names of the keys of a ConfigMap or Secret; of a Secret, no value is read. @throws Failure `keys-untracked` if they can't be determined */
  getKeyNames(source: KeyedObject): Promise<readonly string[] | undefined>;
  getWebhook(name: string): Promise<WebhookConfiguration | undefined>;
  /** How the API server would admit a small pod with the ServiceAccount: a dry-run create, with all webhooks. */
  tryPod(ref: ServiceAccountRef): Promise<PodSpec>;
  /** Whether the cluster has the group: those of CustomResourceDefinitions it may lack. */
  serves(group: string, version: string): Promise<boolean>;
  /** The issuer that the API server's OIDC discovery names. */
  discoverIssuer(): Promise<string>;
}

/** Which pods are meant. */
export interface PodScope {
  readonly namespace?: NamespaceName;
  /** The ServiceAccount that they run with. */
  readonly name?: string;
}

/** A ConfigMap or a Secret. */
export interface KeyedObject extends Pick<EnvSource, "kind" | "name"> {
  readonly namespace: NamespaceName;
}

/** A ServiceAccount to create. */
export interface NewServiceAccount {
  readonly ref: ServiceAccountRef;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What to do to a ServiceAccount that still has this resourceVersion: `null` takes a key off; others stay. */
export interface ServiceAccountEdit {
  readonly ref: ServiceAccountRef;
  readonly labels: Readonly<Record<string, string | null>>;
  readonly annotations: Readonly<Record<string, string | null>>;
  readonly resourceVersion: string;
}

/** Which ServiceAccount the pods of a workload are to have. */
export interface WorkloadBinding {
  readonly ref: WorkloadRef;
  readonly serviceAccount: ServiceAccountName;
  readonly resourceVersion: string;
}

/** What is kept of the objects of each kind that can be watched. */
export interface Watched {
  readonly serviceAccounts: ServiceAccount;
  /** Of a pod also what an audit keeps. */
  readonly pods: { readonly pod: Pod; readonly summary: PodSummary };
  readonly nodes: Node;
  readonly namespaces: Namespace;
  /** The configuration of the pod identity webhook alone. */
  readonly webhooks: WebhookConfiguration;
}

/** A kind that can be watched. */
export type WatchedKind = keyof Watched;

/** An object by the name that it has within its kind: `namespace/name`, or the name alone. */
export interface WatchedObject<Kind extends WatchedKind> {
  readonly key: string;
  readonly object: Watched[Kind];
}

/** All objects of a kind, and the version that a watch of what changes since then begins at. */
export interface WatchedList<Kind extends WatchedKind> {
  readonly objects: readonly WatchedObject<Kind>[];
  readonly version: string;
}

/** Whoever watches. */
export interface WatchListener<Kind extends WatchedKind> {
  /** The API server has accepted the watch, or has sent something: what is known is current. */
  readonly heard: () => void;
  readonly changed: (changed: WatchedObject<Kind>) => void;
  readonly deleted: (key: string) => void;
}

/** Changes in the cluster, as they happen. */
export interface WatchPort {
  listForWatch<Kind extends WatchedKind>(kind: Kind): Promise<WatchedList<Kind>>;
  /**
   * Watches from a version on until the API server or the network ends it, or the signal does; gives the version to go on from.
   * @throws Failure where it is not accepted; `watch-expired` where the version is too old, so that the list must be read again
   */
  watch<Kind extends WatchedKind>(
    kind: Kind,
    version: string,
    listener: WatchListener<Kind>,
    signal: AbortSignal,
  ): Promise<string>;
}

/** Leases, by which replicas agree on one of them. */
export interface LeasePort {
  getLease(ref: LeaseRef): Promise<HeldLease | undefined>;
  /** @throws Failure `already-exists` */
  createLease(ref: LeaseRef, record: LeaseRecord): Promise<HeldLease>;
  /** Replaces what is in it, if it still has that version; else throws `conflict`. */
  replaceLease(ref: LeaseRef, record: LeaseRecord, version: string): Promise<HeldLease>;
}

/** Events of the Kubernetes API. */
export interface EventPort {
  /**
   * Writes an Event on a ServiceAccount; of one that is there already it counts another occurrence, unless it is only told once.
   * Does nothing where the ServiceAccount is gone.
   */
  recordEvent(event: ServiceAccountEvent): Promise<void>;
}
