import type { Cluster } from "../cluster.ts";
import type { Workload } from "../model/kinds.ts";
import type { LabelSelector } from "../model/object.ts";
import { ApiError, methodNotAllowed } from "../model/status.ts";
import type { Json } from "../patch/json.ts";
import { mergePatch } from "../patch/merge-patch.ts";
import { mediaType, parseBody, readBody, writeOptions, type Call, type Reply } from "./call.ts";
import { findObject } from "./reads.ts";

/** Source: Kubernetes API, Scale of autoscaling/v1. */
interface Scale {
  readonly spec?: { readonly replicas?: number };
}

const MERGE_TYPES = new Set(["application/merge-patch+json", "application/strategic-merge-patch+json"]);

/** The `scale` of a workload: read, replaced or patched. @throws ApiError 404, 405, 415, or as a write does. */
export async function answerScale(cluster: Cluster, call: Call): Promise<Reply> {
  const workload = findObject(cluster.store, call) as Workload;
  const wanted = wantedScale(call, scaleOf(workload));
  if (wanted === undefined) return { status: 200, body: scaleOf(workload) };
  const replicas = wanted.spec?.replicas ?? 0;
  const next = { ...workload, spec: { ...workload.spec, replicas } };
  const { subresource: _scale, ...options } = writeOptions(call);
  const written = await cluster.writer.update(call.resource, workload, next, options);
  return { status: 200, body: scaleOf(written as Workload) };
}

function wantedScale(call: Call, current: object): Scale | undefined {
  switch (call.info.verb) {
    case "get":
      return undefined;
    case "update":
      return readBody(call) as Scale;
    case "patch": {
      if (!MERGE_TYPES.has(mediaType(call.headers)))
        throw new ApiError(415, "UnsupportedMediaType", "415: Unsupported Media Type", {});
      return mergePatch(current as unknown as Json, parseBody(call.bytes, JSON.parse)) as Scale;
    }
    default:
      throw methodNotAllowed();
  }
}

function scaleOf({ metadata, spec, status }: Workload) {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    // Go leaves out a zero.
    spec: spec.replicas === undefined || spec.replicas === 0 ? {} : { replicas: spec.replicas },
    status: { replicas: Number(status?.["replicas"] ?? 0), selector: selectorText(spec.selector) },
  };
}

function selectorText({ matchLabels = {} }: LabelSelector = {}): string {
  return Object.entries(matchLabels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}
