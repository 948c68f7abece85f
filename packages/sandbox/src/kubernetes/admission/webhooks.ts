import { randomUUID } from "node:crypto";
import type { Webhook } from "../model/kinds.ts";
import type { KubeObject } from "../model/object.ts";
import { MUTATING_WEBHOOKS, NAMESPACES, type Resource } from "../model/resources.ts";
import { matchesLabels } from "../model/selectors.ts";
import { ApiError, badRequest } from "../model/status.ts";
import type { Json } from "../patch/json.ts";
import { jsonPatch, type JsonPatchOperation } from "../patch/json-patch.ts";
import type { Store } from "../store.ts";
import type { AdmissionRequest } from "./request.ts";
import { postJson } from "./webhook-call.ts";

/**
 * Shows a write to every registered mutating webhook that asks for it, and applies what they answer. A webhook is called
 * once: `reinvocationPolicy` is not obeyed, nor are `matchConditions`.
 * Source: Kubernetes documentation, "Dynamic Admission Control".
 * @throws ApiError when a webhook says no, or can't be called and must be.
 */
export async function callWebhooks(store: Store, request: AdmissionRequest): Promise<KubeObject> {
  const webhooks = store.list(MUTATING_WEBHOOKS).flatMap((configuration) => configuration.webhooks ?? []);
  let { object } = request;
  for (const webhook of webhooks) {
    const current = { ...request, object };
    if (matches(store, webhook, current)) object = await callWebhook(webhook, current);
  }
  return object;
}

function matches(store: Store, webhook: Webhook, { resource, object, operation }: AdmissionRequest): boolean {
  const { rules = [], namespaceSelector, objectSelector } = webhook;
  const { namespace } = object.metadata;
  const labels = namespace === undefined ? undefined : store.get(NAMESPACES, "", namespace)?.metadata.labels;
  return (
    rules.some((rule) => ruleCovers(rule, resource, operation)) &&
    (namespace === undefined || matchesLabels(namespaceSelector, labels)) &&
    matchesLabels(objectSelector, object.metadata.labels)
  );
}

type Rule = NonNullable<Webhook["rules"]>[number];

function ruleCovers(rule: Rule, resource: Resource, operation: string): boolean {
  const { scope = "*" } = rule;
  return (
    has(rule.operations, operation) &&
    has(rule.apiGroups, resource.group) &&
    has(rule.apiVersions, resource.version) &&
    has(rule.resources, resource.plural) &&
    (scope === "*" || (scope === "Namespaced") === resource.namespaced)
  );
}

function has(list: readonly string[], value: string): boolean {
  return list.includes(value) || list.includes("*");
}

async function callWebhook(webhook: Webhook, request: AdmissionRequest): Promise<KubeObject> {
  if (request.dryRun && !["None", "NoneOnDryRun"].includes(webhook.sideEffects ?? "")) {
    throw badRequest(`admission webhook "${webhook.name}" does not support dry run`);
  }
  const review = reviewOf(request);
  let answer: AdmissionResponse;
  try {
    answer = readAnswer(await postJson(webhook, review), review.request.uid);
  } catch (error) {
    if (webhook.failurePolicy === "Ignore") return request.object;
    throw callFailed(webhook, error);
  }
  if (!answer.allowed) throw denied(webhook, answer);
  return answer.patch === undefined ? request.object : patched(request.object, answer.patch);
}

/** Source: admission.k8s.io/v1, AdmissionResponse. */
interface AdmissionResponse {
  readonly uid: string;
  readonly allowed: boolean;
  readonly patch?: string;
  readonly status?: { readonly message?: string; readonly code?: number; readonly reason?: string };
}

function reviewOf({ resource, object, oldObject, operation, user, dryRun }: AdmissionRequest) {
  const { group, version, kind, plural } = resource;
  const { name, namespace } = object.metadata;
  return {
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    request: {
      uid: randomUUID(),
      kind: { group, version, kind },
      resource: { group, version, resource: plural },
      name,
      ...(namespace !== undefined && { namespace }),
      operation,
      userInfo: user,
      object,
      oldObject: oldObject ?? null,
      dryRun,
    },
  };
}

function readAnswer(body: unknown, uid: string): AdmissionResponse {
  const { response } = (body ?? {}) as { readonly response?: AdmissionResponse };
  if (response?.uid !== uid) throw new Error(`expected response.uid=${JSON.stringify(uid)}`);
  return response;
}

function patched(object: KubeObject, patch: string): KubeObject {
  const operations = JSON.parse(
    Buffer.from(patch, "base64").toString("utf8"),
  ) as readonly JsonPatchOperation[];
  return jsonPatch(object as unknown as Json, operations) as unknown as KubeObject;
}

function callFailed({ name }: Webhook, error: unknown): ApiError {
  const why = error instanceof Error ? error.message : String(error);
  const message = `Internal error occurred: failed calling webhook "${name}": failed to call webhook: ${why}`;
  return new ApiError(500, "InternalError", message, { causes: [] });
}

function denied({ name }: Webhook, { status = {} }: AdmissionResponse): ApiError {
  const why = status.message === undefined ? " without explanation" : `: ${status.message}`;
  const message = `admission webhook "${name}" denied the request${why}`;
  return new ApiError(status.code ?? 403, status.reason ?? "Forbidden", message);
}
