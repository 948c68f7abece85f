import { isDeepStrictEqual } from "node:util";
import type { Access } from "../../src/model/access.ts";
import { API_SERVER_AUDIENCE } from "../../src/model/api-audience.ts";
import { fit } from "../../src/kubernetes/answer.ts";
import type { KubernetesPort } from "../../src/kubernetes/port.ts";
import { probePod } from "../../src/kubernetes/probe-pod.ts";
import { POD_TEMPLATE } from "../../src/kubernetes/wire-pod.ts";
import { requirementsOf } from "../../src/model/label-selector.ts";
import { valid } from "../../src/model/problems.ts";
import { Failure } from "../../src/model/failure.ts";
import type {
  Namespace,
  Node,
  Pod,
  PodSpec,
  PodSummary,
  ServiceAccount,
  WebhookConfiguration,
  Workload,
  WorkloadRef,
} from "../../src/model/kubernetes-objects.ts";
import { AGENT_TOKEN_VOLUME, TOKEN_VOLUME } from "../../src/model/pod-credentials.ts";
import {
  serviceAccountPath,
  subjectOf,
  type ServiceAccountRef,
} from "../../src/model/service-account-ref.ts";
import type { Effects } from "./iam.ts";
import { KINDS } from "../../src/model/workload-kinds.ts";
import { NODE_CLASSES, type NodeClass } from "../../src/model/node-classes.ts";
import { workloadText } from "../../src/model/workload-name.ts";
import { selects } from "../../src/workload/selectors.ts";
import { CLUSTER_CA } from "./certificates.ts";
import { injected, manifestOf, specOf, withApiToken, type PodManifest } from "./pods.ts";
import { tokenOf } from "./sts.ts";

/** What the API server holds. */
export interface ClusterState {
  readonly namespaces: Set<string>;
  /** Labels by namespace. */
  readonly labels: Map<string, Namespace["labels"]>;
  /** By `namespace/name`. */
  readonly serviceAccounts: Map<string, ServiceAccount>;
  readonly pods: Pod[];
  /** Labels of nodes by name. */
  readonly nodes: Map<string, Namespace["labels"]>;
  /** Their provider ids by name, of those that have one. */
  readonly providerIds: Map<string, string>;
  readonly nodeClasses: NodeClass[];
  /** By `kind/namespace/name`. */
  readonly workloads: Map<string, Workload>;
  /** API groups that the cluster does not have. */
  readonly missingGroups: Set<string>;
  /** How often each was rolled out again, by the same key. */
  readonly rollouts: Map<string, number>;
  /** The names of keys by `configmap/namespace/name` or `secret/namespace/name`. */
  readonly keys: Map<string, readonly string[]>;
  webhook: WebhookConfiguration | undefined;
  /** The authority of the certificate under which the webhook answers; `undefined`: it does not. */
  webhookCa: string | undefined;
  /** Whether EKS has a Pod Identity association for the ServiceAccount. */
  podIdentity: (serviceAccount: string) => boolean;
  /** What the access review says no to. */
  readonly forbidden: Set<`${Access["verb"]} ${Access["resource"]}`>;
  issuer: string;
  /** Counts every write, as etcd's revision does. */
  revision: number;
}

/** The API server's answer to whoever lacks the right. */
export function kubernetesForbids(method: keyof KubernetesPort): Failure {
  return new Failure("denied", "forbidden", `not permitted in the cluster: ${method}`);
}

/** The Kubernetes API in memory: namespaces before ServiceAccounts, optimistic concurrency, and the adapter's failures. */
export function kubernetesEffects(state: ClusterState): Effects<KubernetesPort> {
  const { namespaces, serviceAccounts } = state;
  const existingServiceAccount = (what: string, ref: ServiceAccountRef): ServiceAccount => {
    const found = serviceAccounts.get(serviceAccountPath(ref));
    if (found === undefined)
      throw new Failure("refused", "gone", `${what} ${serviceAccountPath(ref)}: not found`);
    return found;
  };
  return {
    getNamespace: (name) =>
      namespaces.has(name) ? { name, labels: namespaceLabels(state, name) } : undefined,
    getServiceAccount: (ref) => serviceAccounts.get(serviceAccountPath(ref)),
    listServiceAccounts: (namespace, selector) => {
      const required = selector === undefined ? valid([]) : requirementsOf(selector);
      const matchExpressions = required.ok ? required.value : [];
      return [...serviceAccounts.values()].filter(
        ({ ref, labels }) =>
          (namespace === undefined || ref.namespace === namespace) &&
          selects({ matchLabels: {}, matchExpressions }, labels),
      );
    },
    createNamespace: (name) => {
      if (namespaces.has(name)) throw alreadyExists(`create namespace ${name}`);
      namespaces.add(name);
    },
    createServiceAccount: ({ ref, labels, annotations }) => {
      const what = `create serviceaccount ${serviceAccountPath(ref)}`;
      if (!namespaces.has(ref.namespace)) throw new Failure("refused", "gone", `${what}: not found`);
      if (serviceAccounts.has(serviceAccountPath(ref))) throw alreadyExists(what);
      store(state, byUs({ ref, labels, annotations, managers: [] }));
    },
    patchServiceAccount: ({ ref, labels, annotations, resourceVersion }) => {
      const found = existingServiceAccount("patch serviceaccount", ref);
      expectVersion("patch serviceaccount", found, resourceVersion);
      const edited = {
        ref,
        labels: patched(found.labels, labels),
        annotations: patched(found.annotations, annotations),
        managers: found.managers,
      };
      if (!isDeepStrictEqual(pairsOf(edited), pairsOf(found))) store(state, byUs(edited));
    },
    deleteServiceAccount: (ref, resourceVersion) => {
      expectVersion(
        "delete serviceaccount",
        existingServiceAccount("delete serviceaccount", ref),
        resourceVersion,
      );
      state.revision += 1;
      serviceAccounts.delete(serviceAccountPath(ref));
    },
    bindWorkload: ({ ref, serviceAccount, resourceVersion }) => {
      const what = `patch ${ref.kind} ${ref.namespace}/${ref.name}`;
      const found = state.workloads.get(workloadKey(ref));
      if (found === undefined) throw new Failure("refused", "gone", `${what}: not found`);
      if (found.resourceVersion !== resourceVersion)
        throw new Failure("refused", "conflict", `${what}: it was changed in the meantime`);
      if (templateOf(found).serviceAccountName === serviceAccount) return;
      const template = { ...templateOf(found), serviceAccountName: serviceAccount };
      state.workloads.set(workloadKey(ref), { ...written(state, found), template });
      rollOut(state, ref, serviceAccount);
    },
    restartWorkload: (ref) => {
      const found = state.workloads.get(workloadKey(ref));
      if (found === undefined)
        throw new Failure("refused", "gone", `patch ${ref.kind} ${ref.name}: not found`);
      state.workloads.set(workloadKey(ref), written(state, found));
      rollOut(state, ref, serviceAccountOf(state, ref));
    },
    tryRestart: (ref) => {
      if (!state.workloads.has(workloadKey(ref)))
        throw new Failure("refused", "gone", `patch ${ref.kind} ${ref.name}: not found`);
    },
    may: ({ verb, resource, subresource }) =>
      !state.forbidden.has(
        `${verb} ${[resource, subresource].filter((part) => part !== undefined).join("/")}`,
      ),
    requestToken: (ref, audience, _seconds, pod) => {
      const what = "create serviceaccounts/token for";
      existingServiceAccount(what, ref);
      const bound = state.pods.find((one) => one.namespace === ref.namespace && one.name === pod);
      if (pod !== undefined && bound?.serviceAccountName !== ref.name)
        throw new Failure("refused", "gone", `${what} ${serviceAccountPath(ref)}: pod ${pod} not found`);
      const claims = { iss: state.issuer, sub: subjectOf(ref), aud: audience ?? API_SERVER_AUDIENCE };
      return tokenOf({ ...claims, ...(pod !== undefined && { pod }) });
    },
    listPods: ({ namespace, name }) =>
      state.pods.filter(
        (pod) =>
          (namespace === undefined || pod.namespace === namespace) &&
          (name === undefined || pod.serviceAccountName === name),
      ),
    listPodSummaries: (namespace) =>
      state.pods.filter((pod) => namespace === undefined || pod.namespace === namespace).map(glance),
    getPod: (namespace, name) => state.pods.find((pod) => pod.namespace === namespace && pod.name === name),
    getNode: (name) => nodeOf(state, name),
    listNodes: () => [...state.nodes.keys()].flatMap((name) => nodeOf(state, name) ?? []),
    listNodeClasses: (kind) => {
      const lacks = state.missingGroups.has(NODE_CLASSES[kind].group);
      return lacks ? [] : state.nodeClasses.filter((one) => one.kind === kind);
    },
    getWorkload: (ref) => state.workloads.get(workloadKey(ref)),
    serves: (group) =>
      [...Object.values(KINDS), ...Object.values(NODE_CLASSES)].some((kind) => kind.group === group) &&
      !state.missingGroups.has(group),
    getKeyNames: ({ kind, namespace, name }) => state.keys.get(`${kind}/${namespace}/${name}`),
    getWebhook: (name) => (state.webhook?.name === name ? state.webhook : undefined),
    tryPod: (ref) => {
      // Admission looks it up, and forbids the pod. Source: Kubernetes, "Managing Service Accounts".
      if (!serviceAccounts.has(serviceAccountPath(ref))) throw kubernetesForbids("tryPod");
      return specOf(admit(state, ref.namespace, fit("a pod", probePod(ref), POD_TEMPLATE)));
    },
    discoverIssuer: () => state.issuer,
  };
}

function nodeOf({ nodes, providerIds }: ClusterState, name: string): Node | undefined {
  const labels = nodes.get(name);
  const providerId = providerIds.get(name);
  return labels && { name, labels, ...(providerId !== undefined && { providerId }) };
}

function glance({
  namespace,
  name,
  serviceAccountName,
  createdAt,
  phase,
  workload,
  node,
  spec,
}: Pod): PodSummary {
  const has = (name: string) => spec.containers.find(({ env }) => name in env);
  const role = has("AWS_ROLE_ARN");
  return {
    namespace,
    name,
    serviceAccountName,
    createdAt,
    phase,
    ...(workload !== undefined && { workload }),
    ...(role !== undefined && { roleArn: role.env["AWS_ROLE_ARN"] ?? "" }),
    injected: spec.volumes.some(({ name }) => name === TOKEN_VOLUME),
    podIdentity:
      spec.volumes.some(({ name }) => name === AGENT_TOKEN_VOLUME) &&
      has("AWS_CONTAINER_CREDENTIALS_FULL_URI") !== undefined,
    staticKeys: has("AWS_ACCESS_KEY_ID") !== undefined,
    ...(node !== undefined && { node }),
    ...(spec.hostNetwork === true && { hostNetwork: true as const }),
  };
}

/** A workload after a write of ours. */
function written(state: ClusterState, found: Workload): Workload {
  state.revision += 1;
  const managers = [...new Set([...found.managers, "irsa"])];
  return { ...found, managers, resourceVersion: `${state.revision}` };
}

function templateOf({ ref, template }: Workload): PodSpec {
  if (template === undefined) throw new Error(`${workloadKey(ref)} has no template of its own`);
  return template;
}

/** What the pods of a workload run as: its own template says it, or that of the workload that it refers to. */
function serviceAccountOf(state: ClusterState, ref: WorkloadRef): string {
  const found = state.workloads.get(workloadKey(ref));
  const { templateOf: source, template } = found ?? {};
  if (source === undefined) return template?.serviceAccountName ?? "default";
  return serviceAccountOf(state, { ...ref, kind: "deployment", name: source.name });
}

/** The pods of the workload are made again, and those of a workload that uses its template. */
function rollOut(state: ClusterState, ref: WorkloadRef, serviceAccount: string): void {
  state.rollouts.set(workloadKey(ref), (state.rollouts.get(workloadKey(ref)) ?? 0) + 1);
  const users = new Set(
    [...state.workloads.values()]
      .filter(
        ({ ref: user, templateOf }) => user.namespace === ref.namespace && templateOf?.name === ref.name,
      )
      .map((user) => workloadText(user.ref)),
  );
  for (const [at, pod] of state.pods.entries()) {
    const isMade = pod.workload === workloadText(ref) || users.has(pod.workload ?? "");
    if (pod.namespace !== ref.namespace || !isMade) continue;
    const { annotations } = pod.spec;
    // The webhook's label is not in the template.
    const { "eks.amazonaws.com/pod-identity": _, ...labels } = pod.spec.labels;
    const manifest = manifestOf(serviceAccount, {}, { labels, annotations });
    const spec = specOf(admit(state, ref.namespace, manifest));
    state.pods[at] = { ...pod, serviceAccountName: serviceAccount, spec };
  }
}

/** What becomes of a pod that is created now: admission gives it the API server's own token, and the webhook the rest. */
export function admit(state: ClusterState, namespace: string, pod: PodManifest): PodManifest {
  const manifest = withApiToken(pod);
  const serviceAccount = `${namespace}/${manifest.spec.serviceAccountName ?? "default"}`;
  const labels = {
    namespace: namespaceLabels(state, namespace),
    pod: manifest.metadata?.labels ?? {},
  };
  const called = state.webhook?.webhooks.find(
    ({ namespaceSelector, objectSelector, seesPods }) =>
      seesPods && selects(namespaceSelector, labels.namespace) && selects(objectSelector, labels.pod),
  );
  if (called === undefined) return manifest;
  if (state.webhookCa === undefined || !called.caPem.includes(state.webhookCa)) {
    if (called.failurePolicy === "Ignore") return manifest;
    throw new Failure("failed", "kubernetes-error", `failed calling webhook "${called.name}"`);
  }
  const annotations = state.serviceAccounts.get(serviceAccount)?.annotations;
  return injected(manifest, { annotations, podIdentity: state.podIdentity(serviceAccount) });
}

/** The API server sets the first one, so that selectors can name a namespace. */
function namespaceLabels({ labels }: ClusterState, name: string): Namespace["labels"] {
  return { "kubernetes.io/metadata.name": name, ...labels.get(name) };
}

/** The key of a workload in the state. */
export function workloadKey({ kind, namespace, name }: WorkloadRef): string {
  return `${kind}/${namespace}/${name}`;
}

/** The webhook's configuration as EKS registers it. */
export const EKS_WEBHOOK: WebhookConfiguration = {
  name: "pod-identity-webhook",
  webhooks: [
    {
      name: "iam-for-pods.amazonaws.com",
      failurePolicy: "Ignore",
      target: "https://127.0.0.1:23443/mutate",
      caPem: CLUSTER_CA,
      namespaceSelector: { matchLabels: {}, matchExpressions: [] },
      objectSelector: {
        matchLabels: {},
        matchExpressions: [
          { key: "eks.amazonaws.com/skip-pod-identity-webhook", operator: "DoesNotExist", values: [] },
        ],
      },
      seesPods: true,
    },
  ],
};

function expectVersion(what: string, { ref, resourceVersion }: ServiceAccount, expected: string): void {
  if (resourceVersion === expected) return;
  const message = `${what} ${serviceAccountPath(ref)}: it was changed in the meantime`;
  throw new Failure("refused", "conflict", message);
}

/** What a write may change: one that changes nothing is none, and leaves the resourceVersion. */
function pairsOf({ labels, annotations }: Pick<ServiceAccount, "labels" | "annotations">) {
  return { labels, annotations };
}

/** A ServiceAccount after a write of ours: managedFields name whoever owns a field. */
function byUs<Written extends Omit<ServiceAccount, "resourceVersion">>(written: Written): Written {
  const { labels, annotations, managers } = written;
  const owned = Object.keys(labels).length + Object.keys(annotations).length;
  const others = managers.filter((manager) => manager !== "irsa");
  return { ...written, managers: owned === 0 ? others : [...others, "irsa"] };
}

/** As a merge patch does: `null` takes a key off. */
function patched(found: Pairs, changes: Readonly<Record<string, string | null>>): Pairs {
  const merged = Object.entries({ ...found, ...changes });
  return Object.fromEntries(merged.filter((pair): pair is [string, string] => pair[1] !== null));
}

type Pairs = Readonly<Record<string, string>>;

/** Puts a ServiceAccount in place, under a new resourceVersion. */
export function store(state: ClusterState, serviceAccount: Omit<ServiceAccount, "resourceVersion">): void {
  state.revision += 1;
  state.namespaces.add(serviceAccount.ref.namespace);
  state.serviceAccounts.set(serviceAccountPath(serviceAccount.ref), {
    ...serviceAccount,
    resourceVersion: `${state.revision}`,
  });
}

function alreadyExists(what: string): Failure {
  return new Failure("refused", "already-exists", `${what}: it already exists`);
}
