import type { LabelSelector, Webhook, WebhookConfiguration } from "../model/kubernetes-objects.ts";
import { listOf, object, optional, text, texts } from "./answer.ts";

const SELECTOR = optional(
  object({
    matchLabels: optional(texts),
    matchExpressions: optional(listOf(object({ key: text, operator: text, values: optional(listOf(text)) }))),
  }),
);

const WEBHOOK = object({
  name: text,
  failurePolicy: optional(text),
  clientConfig: object({
    url: optional(text),
    service: optional(object({ namespace: text, name: text })),
    caBundle: optional(text),
  }),
  namespaceSelector: SELECTOR,
  objectSelector: SELECTOR,
  rules: optional(listOf(object({ operations: optional(listOf(text)), resources: optional(listOf(text)) }))),
});

/** The parts of a MutatingWebhookConfiguration that we read. Source: admissionregistration.k8s.io/v1. */
export const WEBHOOK_CONFIGURATION = object({
  metadata: object({ name: text }),
  webhooks: optional(listOf(WEBHOOK)),
});

type WebhookConfigurationJson = ReturnType<typeof WEBHOOK_CONFIGURATION>;
type WebhookJson = ReturnType<typeof WEBHOOK>;
type SelectorJson = NonNullable<ReturnType<typeof SELECTOR>>;

/** What we read of the configuration. */
export function toWebhookConfiguration(found: WebhookConfigurationJson): WebhookConfiguration {
  return { name: found.metadata.name, webhooks: (found.webhooks ?? []).map(toWebhook) };
}

function toWebhook(webhook: WebhookJson): Webhook {
  const { url, service, caBundle = "" } = webhook.clientConfig;
  return {
    name: webhook.name,
    failurePolicy: webhook.failurePolicy ?? "Fail",
    target: url ?? `${service?.namespace ?? ""}/${service?.name ?? ""}`,
    caPem: Buffer.from(caBundle, "base64").toString("utf8"),
    namespaceSelector: toSelector(webhook.namespaceSelector),
    objectSelector: toSelector(webhook.objectSelector),
    seesPods: (webhook.rules ?? []).some(
      ({ operations = [], resources = [] }) =>
        names(operations, "CREATE") && (names(resources, "pods") || resources.includes("*/*")),
    ),
  };
}

function names(list: readonly string[], what: string): boolean {
  return list.includes(what) || list.includes("*");
}

function toSelector({ matchLabels = {}, matchExpressions = [] }: SelectorJson = {}): LabelSelector {
  return { matchLabels, matchExpressions: matchExpressions.map((one) => ({ values: [], ...one })) };
}
