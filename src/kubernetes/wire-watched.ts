import { WEBHOOK_NAME } from "../model/webhook-name.ts";
import type { Shape } from "./answer.ts";
import type { Watched, WatchedKind, WatchedObject } from "./port.ts";
import { listedServiceAccount } from "./reads.ts";
import { toPodSummary } from "./wire-pod-summary.ts";
import { POD, toPod, type PodJson } from "./wire-pod.ts";
import { toWebhookConfiguration, WEBHOOK_CONFIGURATION } from "./wire-webhook.ts";
import { NODE, SERVICE_ACCOUNT, toNode, type ServiceAccountJson } from "./wire.ts";

/** How the objects of a kind are listed and watched, and what is kept of one. */
export interface WatchedRow<Kind extends WatchedKind> {
  /** As RBAC and error messages call it. */
  readonly resource: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** What is kept of one, under its key; none of what can't be used. */
  readonly keep: Shape<readonly WatchedObject<Kind>[]>;
}

/** The kinds that can be watched. */
export const WATCHED: { readonly [Kind in WatchedKind]: WatchedRow<Kind> } = {
  serviceAccounts: row("serviceaccounts", SERVICE_ACCOUNT, (item: ServiceAccountJson) =>
    listedServiceAccount(item).map((object) => ({
      key: `${object.ref.namespace}/${object.ref.name}`,
      object,
    })),
  ),
  pods: row("pods", POD, (item: PodJson) => [
    {
      key: `${item.metadata.namespace}/${item.metadata.name}`,
      object: { pod: toPod(item), summary: toPodSummary(item) },
    },
  ]),
  nodes: row("nodes", NODE, (item) => named(item.metadata.name, (name) => toNode(name, item))),
  namespaces: row("namespaces", SERVICE_ACCOUNT, ({ metadata }) =>
    named(metadata.name, (name) => ({ name, labels: metadata.labels ?? {} })),
  ),
  webhooks: {
    ...row("mutatingwebhookconfigurations", WEBHOOK_CONFIGURATION, (item) =>
      named(item.metadata.name, () => toWebhookConfiguration(item)),
    ),
    path: "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
    query: { fieldSelector: `metadata.name=${WEBHOOK_NAME}` },
  },
};

function row<Kind extends WatchedKind, Item>(
  resource: string,
  shape: Shape<Item>,
  keep: (item: Item) => readonly WatchedObject<Kind>[],
): WatchedRow<Kind> {
  return {
    resource,
    path: `/api/v1/${resource}`,
    query: {},
    keep: (value) => keep(shape(value)),
  };
}

function named<Kind extends WatchedKind>(
  name: string | undefined,
  make: (name: string) => Watched[Kind],
): readonly WatchedObject<Kind>[] {
  return name === undefined ? [] : [{ key: name, object: make(name) }];
}
