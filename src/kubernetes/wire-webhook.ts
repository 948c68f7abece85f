import type { LabelSelector, Webhook, WebhookConfiguration } from "../model/kubernetes-objects.ts";

/** The parts of a MutatingWebhookConfiguration that we read. Source: admissionregistration.k8s.io/v1. */
export interface WebhookConfigurationJson {
  readonly metadata: { readonly name: string };
  readonly webhooks?: readonly WebhookJson[];
}

interface WebhookJson {
  readonly name: string;
  readonly failurePolicy?: string;
  readonly clientConfig: {
    readonly url?: string;
    readonly service?: { readonly namespace: string; readonly name: string };
    readonly caBundle?: string;
  };
  readonly namespaceSelector?: SelectorJson;
  readonly objectSelector?: SelectorJson;
  readonly rules?: readonly {
    readonly operations?: readonly string[];
    readonly resources?: readonly string[];
  }[];
}

interface SelectorJson {
  readonly matchLabels?: Record<string, string>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

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
