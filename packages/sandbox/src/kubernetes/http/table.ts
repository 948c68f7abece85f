import type { IncomingHttpHeaders } from "node:http";
import type { Condition, Pod } from "../model/kinds.ts";
import type { KubeObject } from "../model/object.ts";
import { qualifiedName, type Resource } from "../model/resources.ts";

/** True when a client asks for the table that `kubectl get` prints. */
export function wantsTable(headers: IncomingHttpHeaders): boolean {
  return (headers.accept ?? "").split(",").some((type) => type.includes("as=Table"));
}

/** Objects as a table. Source: Kubernetes API, Table of meta/v1. */
export function tableOf(resource: Resource, objects: readonly KubeObject[], metadata: object) {
  const columns = [NAME, ...(COLUMNS[qualifiedName(resource)] ?? []), AGE];
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata,
    columnDefinitions: columns.map(({ name, type = "string", format = "" }) => ({
      name,
      type,
      format,
      description: "",
      priority: 0,
    })),
    rows: objects.map((object) => ({
      cells: columns.map(({ cell }) => cell(object)),
      object: {
        kind: "PartialObjectMetadata",
        apiVersion: "meta.k8s.io/v1",
        metadata: object.metadata,
      },
    })),
  };
}

interface Column {
  readonly name: string;
  readonly type?: "string" | "integer";
  readonly format?: string;
  readonly cell: (object: KubeObject) => string | number;
}

const NAME: Column = { name: "Name", format: "name", cell: ({ metadata }) => metadata.name };
const AGE: Column = { name: "Age", cell: ({ metadata }) => ageOf(metadata.creationTimestamp) };

const READY: Column = {
  name: "Ready",
  cell: (object) => `${status(object, "readyReplicas")}/${spec(object, "replicas")}`,
};

const COLUMNS: Readonly<Record<string, readonly Column[]>> = {
  pods: [
    { name: "Ready", cell: readyContainers },
    { name: "Status", cell: podStatus },
    { name: "Restarts", type: "integer", cell: () => 0 },
  ],
  namespaces: [{ name: "Status", cell: (object) => text(object, "status", "phase") }],
  nodes: [{ name: "Status", cell: nodeStatus }],
  serviceaccounts: [
    {
      name: "Secrets",
      type: "integer",
      cell: ({ secrets }) => (Array.isArray(secrets) ? secrets.length : 0),
    },
  ],
  configmaps: [{ name: "Data", type: "integer", cell: ({ data }) => Object.keys(data ?? {}).length }],
  events: [
    { name: "Type", cell: (object) => text(object, "type") },
    { name: "Reason", cell: (object) => text(object, "reason") },
    {
      name: "Object",
      cell: (object) =>
        `${text(object, "involvedObject", "kind").toLowerCase()}/${text(object, "involvedObject", "name")}`,
    },
    { name: "Message", cell: (object) => text(object, "message") },
  ],
  "deployments.apps": [
    READY,
    { name: "Up-to-date", type: "integer", cell: (object) => status(object, "updatedReplicas") },
    { name: "Available", type: "integer", cell: (object) => status(object, "availableReplicas") },
  ],
  "replicasets.apps": [
    { name: "Desired", type: "integer", cell: (object) => spec(object, "replicas") },
    { name: "Current", type: "integer", cell: (object) => status(object, "replicas") },
    { name: "Ready", type: "integer", cell: (object) => status(object, "readyReplicas") },
  ],
  "daemonsets.apps": [
    { name: "Desired", type: "integer", cell: (object) => status(object, "desiredNumberScheduled") },
    { name: "Current", type: "integer", cell: (object) => status(object, "currentNumberScheduled") },
    { name: "Ready", type: "integer", cell: (object) => status(object, "numberReady") },
  ],
  "statefulsets.apps": [READY],
};

function readyContainers(object: KubeObject): string {
  const { spec, status } = object as Pod;
  const ready = (status?.containerStatuses ?? []).filter((container) => container.ready).length;
  return `${ready}/${spec.containers.length}`;
}

function podStatus(object: KubeObject): string {
  if (object.metadata.deletionTimestamp !== undefined) return "Terminating";
  const phase = text(object, "status", "phase");
  return phase === "Succeeded" ? "Completed" : phase;
}

function nodeStatus({ status }: KubeObject): string {
  const { conditions = [] } = (status ?? {}) as { readonly conditions?: readonly Condition[] };
  return conditions.some(({ type, status }) => type === "Ready" && status === "True") ? "Ready" : "NotReady";
}

function text(object: KubeObject, ...path: readonly string[]): string {
  const value = at(object, path);
  return typeof value === "string" ? value : "";
}

function status(object: KubeObject, field: string): number {
  return count(object, "status", field);
}

function spec(object: KubeObject, field: string): number {
  return count(object, "spec", field);
}

function count(object: KubeObject, ...path: readonly string[]): number {
  const value = at(object, path);
  return typeof value === "number" ? value : 0;
}

function at(object: KubeObject, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Readonly<Record<string, unknown>> | undefined)?.[key],
    object,
  );
}

/** As kubectl writes it: the largest unit that fits. */
function ageOf(created = ""): string {
  const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(created)) / 1000));
  if (Number.isNaN(seconds)) return "<unknown>";
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`;
}
