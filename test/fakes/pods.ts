import {
  EKS_WEBHOOK_CONFIG,
  injectionPatch,
  type PatchOperation,
  type PodServiceAccount,
} from "irsa-sandbox/parts";
import { toPod, toPodSpec, type PodTemplateJson } from "../../src/kubernetes/wire-pod.ts";
import type { Pod, PodSpec } from "../../src/model/kubernetes-objects.ts";

/** A pod's metadata and spec as its manifest has them. */
export interface PodManifest {
  readonly metadata?: {
    readonly labels?: Record<string, string>;
    readonly annotations?: Record<string, string>;
  };
  readonly spec: PodTemplateJson["spec"];
}

/** How EKS starts the webhook in a region. */
const CONFIG = { ...EKS_WEBHOOK_CONFIG, region: "ap-northeast-2" };

/** A manifest of one container, `app`, that runs with the ServiceAccount; changed as given. */
export function manifestOf(
  serviceAccount: string,
  changes: Partial<PodTemplateJson["spec"]> = {},
  metadata: PodManifest["metadata"] = {},
): PodManifest {
  return {
    metadata,
    spec: { serviceAccountName: serviceAccount, containers: [{ name: "app" }], ...changes },
  };
}

/** The manifest as it leaves the webhook. */
export function injected(manifest: PodManifest, serviceAccount: PodServiceAccount): PodManifest {
  return injectionPatch(manifest, serviceAccount, CONFIG).reduce(patched, manifest);
}

/** The manifest after one of the webhook's operations, which add whole fields, or a first volume. */
function patched({ metadata, spec }: PodManifest, { path, value }: PatchOperation): PodManifest {
  const field = path.split("/")[2] ?? "";
  if (path.startsWith("/metadata/")) return { metadata: { ...metadata, [field]: value }, spec };
  const whole = path === "/spec/volumes/0" ? [value, ...(spec.volumes ?? [])] : value;
  return { ...(metadata && { metadata }), spec: { ...spec, [field]: whole } };
}

/** The manifest as it leaves the ServiceAccount admission controller. Source: Kubernetes, "Managing Service Accounts". */
export function withApiToken({ metadata, spec }: PodManifest): PodManifest {
  const name = "kube-api-access-fake1";
  const mount = { name, mountPath: "/var/run/secrets/kubernetes.io/serviceaccount" };
  const token = { serviceAccountToken: { path: "token" } };
  return {
    ...(metadata && { metadata }),
    spec: {
      ...spec,
      containers: spec.containers.map((one) => ({
        ...one,
        volumeMounts: [...(one.volumeMounts ?? []), mount],
      })),
      volumes: [...(spec.volumes ?? []), { name, projected: { sources: [token] } }],
    },
  };
}

/** What we read of a manifest, before or after injection. */
export function specOf(manifest: PodManifest): PodSpec {
  return toPodSpec(manifest);
}

/** A running pod of a workload, from its manifest as it was admitted. */
export function aPod(path: string, manifest: PodManifest, changes: Partial<Pod> = {}): Pod {
  const [namespace = "", name = ""] = path.split("/");
  const json = {
    metadata: { ...manifest.metadata, namespace, name, creationTimestamp: CREATED },
    spec: manifest.spec,
  };
  return { ...toPod(json), phase: "Running", ...changes };
}

/** When everything of the world in memory was made by default. */
export const CREATED = "2026-11-01T08:00:00Z";
