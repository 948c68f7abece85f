import type { Container, Namespace, Pod, PodSpec, PodTemplate, Workload } from "../model/kinds.ts";
import type { KubeObject } from "../model/object.ts";
import { withMetadata } from "../model/object.ts";
import { qualifiedName, type Resource } from "../model/resources.ts";
import { isObject, type Json, type JsonObject } from "../patch/json.ts";

/** The object with what the API server fills in for what it does not say. Source: Kubernetes API reference. */
export function withDefaults<T extends KubeObject>(resource: Resource<T>, object: T): T {
  return (DEFAULTS[qualifiedName(resource)]?.(object) as T | undefined) ?? object;
}

/** The object with the status that it begins with: what its creator says of it does not count. */
export function withInitialStatus<T extends KubeObject>(resource: Resource<T>, object: T): T {
  if (!resource.subresources.includes("status")) return object;
  return { ...object, status: INITIAL_STATUS[qualifiedName(resource)] ?? {} };
}

const INITIAL_STATUS: Readonly<Record<string, object>> = {
  namespaces: { phase: "Active" },
  pods: { phase: "Pending", qosClass: "BestEffort" },
};

const DEFAULTS: Readonly<Record<string, (object: KubeObject) => KubeObject>> = {
  namespaces: namespaceDefaults,
  pods: podDefaults,
  "deployments.apps": workloadDefaults({
    replicas: 1,
    strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "25%", maxSurge: "25%" } },
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
  }),
  "replicasets.apps": workloadDefaults({ replicas: 1 }),
  "daemonsets.apps": workloadDefaults({
    updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
    revisionHistoryLimit: 10,
  }),
  "statefulsets.apps": workloadDefaults({
    replicas: 1,
    podManagementPolicy: "OrderedReady",
    updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
    revisionHistoryLimit: 10,
  }),
  "jobs.batch": workloadDefaults({
    parallelism: 1,
    completions: 1,
    backoffLimit: 6,
    completionMode: "NonIndexed",
    suspend: false,
  }),
  secrets: (object) => ({ type: "Opaque", ...object }),
  "mutatingwebhookconfigurations.admissionregistration.k8s.io": webhookDefaults,
  "rolebindings.rbac.authorization.k8s.io": bindingDefaults,
  "clusterrolebindings.rbac.authorization.k8s.io": bindingDefaults,
};

function namespaceDefaults(object: KubeObject): KubeObject {
  const { name, labels } = object.metadata;
  const named: Namespace = withMetadata(object, {
    labels: { ...labels, "kubernetes.io/metadata.name": name },
  });
  return { ...named, spec: { finalizers: ["kubernetes"] } };
}

const POD_SPEC = {
  restartPolicy: "Always",
  terminationGracePeriodSeconds: 30,
  dnsPolicy: "ClusterFirst",
  securityContext: {},
  schedulerName: "default-scheduler",
};
const CONTAINER = {
  resources: {},
  terminationMessagePath: "/dev/termination-log",
  terminationMessagePolicy: "File",
};
const TOLERATIONS = ["not-ready", "unreachable"].map((condition) => ({
  key: `node.kubernetes.io/${condition}`,
  operator: "Exists",
  effect: "NoExecute",
  tolerationSeconds: 300,
}));

function podDefaults(object: KubeObject): KubeObject {
  const pod = object as Pod;
  const tolerations = pod.spec.tolerations ?? [];
  const missing = TOLERATIONS.filter(({ key }) => !tolerations.some((given) => given.key === key));
  return {
    ...pod,
    spec: {
      enableServiceLinks: true,
      priority: 0,
      preemptionPolicy: "PreemptLowerPriority",
      ...podSpecDefaults(pod.spec),
      tolerations: [...tolerations, ...missing],
    },
  };
}

function podSpecDefaults(spec: PodSpec): PodSpec {
  const { serviceAccountName = spec.serviceAccount } = spec;
  return {
    ...POD_SPEC,
    ...spec,
    // The old name of the field is kept in step with the new one.
    ...(serviceAccountName !== undefined && { serviceAccountName, serviceAccount: serviceAccountName }),
    containers: (spec.containers ?? []).map(containerDefaults),
    ...(spec.initContainers && { initContainers: spec.initContainers.map(containerDefaults) }),
    ...(spec.volumes && {
      volumes: spec.volumes.map((volume) => volumeDefaults(volume as unknown as JsonObject) as typeof volume),
    }),
  };
}

function containerDefaults(container: Container): Container {
  const { image = "" } = container;
  const latest = image.endsWith(":latest") || !/[:@][^/]*$/.test(image);
  return { imagePullPolicy: latest ? "Always" : "IfNotPresent", ...CONTAINER, ...container };
}

/** Volumes that are files get a mode, a projected token gets a lifetime; nothing else has defaults that matter here. */
function volumeDefaults(volume: JsonObject): { readonly [member: string]: Json } {
  return Object.fromEntries(
    Object.entries(volume).map(([source, value]) => {
      if (!isObject(value) || !MODED_VOLUMES.has(source)) return [source, value];
      const { sources } = value;
      const tokens = Array.isArray(sources)
        ? { sources: (sources as readonly JsonObject[]).map(projectionDefaults) }
        : {};
      return [source, { defaultMode: 420, ...value, ...tokens }];
    }),
  );
}

const MODED_VOLUMES = new Set(["configMap", "downwardAPI", "projected", "secret"]);

function projectionDefaults(projection: JsonObject): JsonObject {
  const { serviceAccountToken: token } = projection;
  return isObject(token) ? { serviceAccountToken: { expirationSeconds: 3600, ...token } } : projection;
}

function workloadDefaults(defaults: JsonObject): (object: KubeObject) => KubeObject {
  return (object) => {
    const { template, ...spec } = (object["spec"] ?? {}) as Workload["spec"];
    return {
      ...object,
      spec: {
        ...defaults,
        ...spec,
        ...strategyDefaults(defaults, spec as unknown as JsonObject),
        ...(template && { template: templateDefaults(template) }),
      },
    };
  };
}

/** A strategy that says nothing of its type is the default one; of the default type, it may leave out how. */
function strategyDefaults(defaults: JsonObject, spec: JsonObject): JsonObject {
  const given = ["strategy", "updateStrategy"].filter((member) => isObject(defaults[member]));
  return Object.fromEntries(
    given.map((member) => [member, strategyOf(defaults[member] as JsonObject, spec[member])]),
  );
}

function strategyOf(fallback: JsonObject, given: Json | undefined): JsonObject {
  if (!isObject(given)) return fallback;
  const { type = fallback["type"] ?? "", rollingUpdate } = given;
  if (type !== fallback["type"]) return given;
  const rolling = isObject(rollingUpdate) ? rollingUpdate : {};
  return { type, rollingUpdate: { ...(fallback["rollingUpdate"] as JsonObject), ...rolling } };
}

function templateDefaults(template: PodTemplate): PodTemplate {
  return template.spec === undefined ? template : { ...template, spec: podSpecDefaults(template.spec) };
}

function webhookDefaults(object: KubeObject): KubeObject {
  const webhooks = (object["webhooks"] ?? []) as readonly object[];
  return {
    ...object,
    webhooks: webhooks.map((webhook) => ({
      failurePolicy: "Fail",
      matchPolicy: "Equivalent",
      namespaceSelector: {},
      objectSelector: {},
      reinvocationPolicy: "Never",
      timeoutSeconds: 10,
      ...webhook,
    })),
  };
}

function bindingDefaults(object: KubeObject): KubeObject {
  const subjects = (object["subjects"] ?? []) as readonly { readonly kind: string }[];
  const group = { apiGroup: "rbac.authorization.k8s.io" };
  const named = subjects.map((subject) =>
    subject.kind === "ServiceAccount" ? subject : { ...group, ...subject },
  );
  return {
    ...object,
    roleRef: { ...group, ...(object["roleRef"] as object | undefined) },
    ...(subjects.length > 0 && { subjects: named }),
  };
}
