import { parseNamespaceName, parseServiceAccountName } from "../model/service-account-ref.ts";
import type { ServiceAccount } from "../model/kubernetes-objects.ts";
import { isObjectName } from "../model/workload-name.ts";
import { serviceAccountUrl } from "./service-account-url.ts";
import { object, text, type Shape } from "./answer.ts";
import type { Caller } from "./caller.ts";
import type { KubernetesPort } from "./port.ts";
import { nodeClassReads } from "./node-classes.ts";
import { KEYED_OBJECT, keyNamesOf, METADATA_ONLY } from "./wire-keys.ts";
import { POD_SUMMARY, toPodSummary } from "./wire-pod-summary.ts";
import { POD, toPod } from "./wire-pod.ts";
import { readPodList } from "./wire-protobuf.ts";
import { NODE, SERVICE_ACCOUNT, toNode, toServiceAccount, type ServiceAccountJson } from "./wire.ts";
import { toWebhookConfiguration, WEBHOOK_CONFIGURATION } from "./wire-webhook.ts";
import { workloadPath, workloadShape } from "./wire-workload.ts";

type Reads = Pick<
  KubernetesPort,
  Extract<keyof KubernetesPort, `get${string}` | `list${string}` | "serves" | "discoverIssuer">
>;

/** What is read of the cluster. */
export function reads(api: Caller): Reads {
  const get = <T>(what: string, path: string, shape: Shape<T>): Promise<T | undefined> =>
    api.orAbsent(`get ${what}`, { method: "GET", path }, shape);
  return {
    ...nodeClassReads(api),
    async getNamespace(name) {
      const found = await get(`namespace ${name}`, `/api/v1/namespaces/${name}`, SERVICE_ACCOUNT);
      return found && { name, labels: found.metadata.labels ?? {} };
    },
    async getServiceAccount(ref) {
      const what = `serviceaccount ${ref.namespace}/${ref.name}`;
      const found = await get(what, serviceAccountUrl(ref), SERVICE_ACCOUNT);
      return found && toServiceAccount(ref, found);
    },
    async listServiceAccounts(namespace, selector) {
      const path = `${scopePath(namespace)}/serviceaccounts`;
      const what = `list serviceaccounts${within(namespace)}`;
      const query = selector === undefined ? {} : { labelSelector: selector };
      return (
        await api.list(what, { path, query, shape: SERVICE_ACCOUNT, keep: listedServiceAccount })
      ).flat();
    },
    async listPods({ namespace, name }) {
      const query = name === undefined ? {} : { fieldSelector: `spec.serviceAccountName=${name}` };
      const what = `list pods${within(namespace)}`;
      return api.list(what, { path: `${scopePath(namespace)}/pods`, query, shape: POD, keep: toPod });
    },
    listPodSummaries(namespace) {
      const path = `${scopePath(namespace)}/pods`;
      const list = { path, shape: POD_SUMMARY, keep: toPodSummary, protobuf: readPodList };
      return api.list(`list pods${within(namespace)}`, list);
    },
    async getPod(namespace, name) {
      const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
      const found = await get(`pod ${namespace}/${name}`, path, POD);
      return found && toPod(found);
    },
    async getNode(name) {
      if (!isObjectName(name)) return undefined;
      const path = `/api/v1/nodes/${name}`;
      const found = await get(`node ${name}`, path, NODE);
      return found && toNode(name, found);
    },
    listNodes() {
      const keep = (item: ReturnType<typeof NODE>) => toNode(item.metadata.name ?? "", item);
      return api.list("list nodes", { path: "/api/v1/nodes", shape: NODE, keep });
    },
    getWorkload(ref) {
      const what = `${ref.kind} ${ref.namespace}/${ref.name}`;
      return get(what, workloadPath(ref), workloadShape(ref));
    },
    async getKeyNames({ kind, namespace, name }) {
      // A pod may refer to whatever it likes: what can't be a name would lead to another path.
      if (!isObjectName(name)) return undefined;
      const what = `${kind} ${namespace}/${name}`;
      const path = `/api/v1/namespaces/${namespace}/${kind}s/${name}`;
      const call = { method: "GET", path, accept: METADATA_ONLY } as const;
      const found = await api.orAbsent(`get ${what}`, call, KEYED_OBJECT);
      return found && keyNamesOf(what, found);
    },
    async getWebhook(name) {
      const path = `/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/${name}`;
      const found = await get(`mutatingwebhookconfiguration ${name}`, path, WEBHOOK_CONFIGURATION);
      return found && toWebhookConfiguration(found);
    },
    async serves(group, version) {
      const what = `get the resources of ${group}/${version}`;
      return (await get(what, `/apis/${group}/${version}`, object({}))) !== undefined;
    },
    async discoverIssuer() {
      const call = { method: "GET", path: "/.well-known/openid-configuration" } as const;
      return (await api("get the OIDC discovery document", call, object({ issuer: text }))).issuer;
    },
  };
}

function scopePath(namespace: string | undefined): string {
  return namespace === undefined ? "/api/v1" : `/api/v1/namespaces/${namespace}`;
}

function within(namespace: string | undefined): string {
  return namespace === undefined ? "" : ` in ${namespace}`;
}

/** An item of a list; the API server has let its name in, so that it is one. */
export function listedServiceAccount(item: ServiceAccountJson): ServiceAccount[] {
  const namespace = parseNamespaceName(item.metadata.namespace ?? "");
  const name = parseServiceAccountName(item.metadata.name ?? "");
  return namespace.ok && name.ok
    ? [toServiceAccount({ namespace: namespace.value, name: name.value }, item)]
    : [];
}
