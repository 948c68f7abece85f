import {
  AdmissionregistrationV1Api,
  KubeConfig,
  PatchStrategy,
  setHeaderOptions,
} from "@kubernetes/client-node";
import type { World } from "../../worlds/world.ts";

/** The name of the webhook's registration. */
export const WEBHOOK = "pod-identity-webhook";

/** An operation of a JSON Patch. */
export interface PatchOperation {
  readonly op: "add" | "replace";
  readonly path: string;
  readonly value: unknown;
}

/** The API of registrations, as the world's administrator. */
export function admissionOf(world: World): AdmissionregistrationV1Api {
  const config = new KubeConfig();
  config.loadFromFile(world.adminKubeconfig);
  return config.makeApiClient(AdmissionregistrationV1Api);
}

/** Changes the webhook's registration; the API server goes by it within a second or so. */
export async function patchWebhook(world: World, patch: readonly PatchOperation[]): Promise<void> {
  const asJson = setHeaderOptions("Content-Type", PatchStrategy.JsonPatch);
  await admissionOf(world).patchMutatingWebhookConfiguration({ name: WEBHOOK, body: patch }, asJson);
}

/** The webhook as it is registered, to put it back. */
export async function registration(world: World): Promise<PatchOperation> {
  const { webhooks = [] } = await admissionOf(world).readMutatingWebhookConfiguration({ name: WEBHOOK });
  return { op: "replace", path: "/webhooks/0", value: webhooks[0] };
}

/** Has the API server call the webhook at another host. */
export async function moveWebhook(world: World, from: string, to: string): Promise<void> {
  const { value } = await registration(world);
  const { url = "" } = (value as { readonly clientConfig?: { readonly url?: string } }).clientConfig ?? {};
  const path = "/webhooks/0/clientConfig/url";
  await patchWebhook(world, [{ op: "replace", path, value: url.replace(`//${from}:`, `//${to}:`) }]);
}
