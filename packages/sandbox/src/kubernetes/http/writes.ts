import { parse as parseYaml } from "yaml";
import type { KubeObject } from "../model/object.ts";
import { ApiError, badRequest, conflict, invalid } from "../model/status.ts";
import { isObject, type Json } from "../patch/json.ts";
import { jsonPatch } from "../patch/json-patch.ts";
import { mergePatch } from "../patch/merge-patch.ts";
import { serverSideApply } from "../patch/server-side-apply.ts";
import { strategicMerge } from "../patch/strategic-merge.ts";
import type { Cluster } from "../cluster.ts";
import type { WriteOptions } from "../writer.ts";
import { required } from "../admission/causes.ts";
import { asObject, mediaType, parseBody, readBody, writeOptions, type Call, type Reply } from "./call.ts";
import { findObject } from "./reads.ts";

/** POST to a collection. */
export async function createObject({ writer }: Cluster, call: Call): Promise<Reply> {
  const given = asObject(call, readBody(call));
  const { resourceVersion = "" } = given.metadata;
  if (resourceVersion !== "") throw badRequest("resourceVersion should not be set on objects to be created");
  return { status: 201, body: await writer.create(call.resource, given, writeOptions(call)) };
}

/** PUT of an object, or of its status. */
export async function replaceObject({ store, writer }: Cluster, call: Call): Promise<Reply> {
  const next = asObject(call, readBody(call));
  const current = findObject(store, call);
  checkName(call, next);
  return { status: 200, body: await writer.update(call.resource, current, next, writeOptions(call)) };
}

/** PATCH of an object, in each of the four forms; an apply creates what is not there. */
export async function patchObject(cluster: Cluster, call: Call): Promise<Reply> {
  const type = mediaType(call.headers);
  if (type === APPLY) return applyObject(cluster, call);
  const patch = PATCHES[type];
  if (patch === undefined) throw new ApiError(415, "UnsupportedMediaType", "415: Unsupported Media Type", {});
  const change = parseBody(call.bytes, JSON.parse);
  return retryConflicts(call, async () => {
    const current = findObject(cluster.store, call);
    const next = asObject(call, patch(current as unknown as Json, change));
    checkName(call, next);
    return {
      status: 200,
      body: await cluster.writer.update(call.resource, current, next, writeOptions(call)),
    };
  });
}

const APPLY = "application/apply-patch+yaml";

const PATCHES: Readonly<Record<string, (target: Json, patch: Json) => Json>> = {
  "application/json-patch+json": applyJsonPatch,
  "application/merge-patch+json": mergePatch,
  "application/strategic-merge-patch+json": strategicMerge,
};

function applyJsonPatch(target: Json, patch: Json): Json {
  try {
    return jsonPatch(target, patch);
  } catch {
    const message = "the server rejected our request due to an error in our request";
    throw new ApiError(422, "Invalid", message, {});
  }
}

async function applyObject(cluster: Cluster, call: Call): Promise<Reply> {
  const { store, writer } = cluster;
  const { resource, namespace, info, query } = call;
  const applied = asObject(call, parseBody(call.bytes, parseYaml));
  const options = applyOptions(call);
  checkName(call, applied);
  if ((applied.metadata.managedFields ?? []).length > 0)
    throw badRequest("metadata.managedFields must be nil");
  const applier = { manager: options.manager, force: query.get("force") === "true" };
  return retryConflicts(call, async () => {
    const live = store.get(resource, resource.namespaced ? namespace : "", info.name ?? "");
    const next = serverSideApply(live, applied, applier);
    if (live === undefined) return { status: 201, body: await writer.create(resource, next, options) };
    return { status: 200, body: await writer.update(resource, live, next, options) };
  });
}

function applyOptions(call: Call): WriteOptions {
  if (!call.query.has("fieldManager")) {
    throw invalid({ group: "meta.k8s.io", kind: "PatchOptions" }, "", [
      required("fieldManager", "is required for apply patch"),
    ]);
  }
  return { ...writeOptions(call), applied: true };
}

/** A patch that does not name a resourceVersion is made again when another write came between. */
async function retryConflicts(call: Call, attempt: () => Promise<Reply>): Promise<Reply> {
  for (let left = 5; left > 0; left--) {
    try {
      return await attempt();
    } catch (error) {
      const wasOvertaken =
        error instanceof ApiError && error.status.reason === "Conflict" && !error.status.details?.causes;
      if (!wasOvertaken || namesVersion(call)) throw error;
    }
  }
  throw conflict(call.resource, call.info.name ?? "");
}

function namesVersion({ bytes }: Call): boolean {
  const body = parseBody(bytes, parseYaml);
  const metadata = isObject(body) ? body["metadata"] : undefined;
  return isObject(metadata) ? metadata["resourceVersion"] !== undefined : Array.isArray(body);
}

function checkName({ info }: Call, { metadata: { name } }: KubeObject): void {
  if (name === info.name) return;
  throw badRequest(
    `the name of the object (${name}) does not match the name on the URL (${info.name ?? ""})`,
  );
}
