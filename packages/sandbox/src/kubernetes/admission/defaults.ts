import type { Namespace } from "../model/kinds.ts";
import type { KubeObject, StringMap } from "../model/object.ts";
import { withMetadata } from "../model/object.ts";
import { qualifiedName, type Resource } from "../model/resources.ts";
import { podDefaults } from "./pod-defaults.ts";
import { workloadDefaults } from "./workload-defaults.ts";

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
  secrets: secretDefaults,
  "mutatingwebhookconfigurations.admissionregistration.k8s.io": webhookDefaults,
  "rolebindings.rbac.authorization.k8s.io": bindingDefaults,
  "clusterrolebindings.rbac.authorization.k8s.io": bindingDefaults,
};

/** What is given as plain text is kept as data. */
function secretDefaults({ stringData, ...object }: KubeObject): KubeObject {
  const plain = Object.entries((stringData ?? {}) as StringMap).map(([key, text]) => [
    key,
    Buffer.from(text).toString("base64"),
  ]);
  const data = { ...(object["data"] as StringMap | undefined), ...Object.fromEntries(plain) };
  return {
    type: "Opaque",
    ...(object as KubeObject),
    ...(Object.keys(data).length > 0 && { data }),
  };
}

function namespaceDefaults(object: KubeObject): KubeObject {
  const { name, labels } = object.metadata;
  const named: Namespace = withMetadata(object, {
    labels: { ...labels, "kubernetes.io/metadata.name": name },
  });
  return { ...named, spec: { finalizers: ["kubernetes"] } };
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
