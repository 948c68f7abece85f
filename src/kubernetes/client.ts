import type { Pod } from "../model/kubernetes-objects.ts";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";
import type { ApiAnswer, ApiRequest, Connection } from "./connection.ts";
import { apiFailure } from "./errors.ts";
import type { KubernetesPort } from "./port.ts";
import { toPod, toServiceAccount, type PodJson, type ServiceAccountJson } from "./wire.ts";

/** Pods a page; the API server's own advice for large lists is a few hundred. */
const PAGE = 500;
/** How managedFields name us. */
const FIELD_MANAGER = "irsa";

/** The Kubernetes API behind a connection. */
export function kubernetesAdapter(connection: Connection): KubernetesPort {
  const api = caller(connection);
  return { ...reads(api), ...writes(api), ...questions(api) };
}

/** Sends a call and gives the answer's body; `orAbsent` gives `undefined` for 404. Other refusals are thrown. */
interface Caller {
  <T>(what: string, call: ApiRequest): Promise<T>;
  orAbsent<T>(what: string, call: ApiRequest): Promise<T | undefined>;
}

function caller(connection: Connection): Caller {
  const orThrow = (what: string, answer: ApiAnswer): unknown => {
    if (answer.status >= 200 && answer.status < 300) return answer.body;
    throw apiFailure(what, answer);
  };
  const call = async <T>(what: string, request: ApiRequest): Promise<T> =>
    orThrow(what, await connection.send(request)) as T;
  const orAbsent = async <T>(what: string, request: ApiRequest): Promise<T | undefined> => {
    const answer = await connection.send(request);
    return answer.status === 404 ? undefined : (orThrow(what, answer) as T);
  };
  return Object.assign(call, { orAbsent });
}

type Reads = Pick<KubernetesPort, "namespaceExists" | "getServiceAccount" | "listPods" | "discoverIssuer">;

function reads(api: Caller): Reads {
  return {
    async namespaceExists(name) {
      const call = { method: "GET", path: `/api/v1/namespaces/${name}` } as const;
      return (await api.orAbsent(`get namespace ${name}`, call)) !== undefined;
    },
    async getServiceAccount(ref) {
      const call = { method: "GET", path: accountUrl(ref) } as const;
      const found = await api.orAbsent<ServiceAccountJson>(
        `get serviceaccount ${ref.namespace}/${ref.name}`,
        call,
      );
      return found === undefined ? undefined : toServiceAccount(ref, found);
    },
    listPods: (ref) => listPods(api, ref),
    async discoverIssuer() {
      const call = { method: "GET", path: "/.well-known/openid-configuration" } as const;
      return (await api<{ issuer: string }>("get the OIDC discovery document", call)).issuer;
    },
  };
}

async function listPods(api: Caller, ref: ServiceAccountRef): Promise<Pod[]> {
  const pods: Pod[] = [];
  let next = "";
  do {
    const page = await api<{ items: PodJson[]; metadata: { continue?: string } }>(
      `list pods in ${ref.namespace}`,
      {
        method: "GET",
        path: `/api/v1/namespaces/${ref.namespace}/pods`,
        query: {
          fieldSelector: `spec.serviceAccountName=${ref.name}`,
          limit: `${PAGE}`,
          ...(next !== "" && { continue: next }),
        },
      },
    );
    pods.push(...page.items.map(toPod));
    next = page.metadata.continue ?? "";
  } while (next !== "");
  return pods;
}

type Writes = Pick<KubernetesPort, "createNamespace" | "createServiceAccount" | "patchServiceAccount">;

function writes(api: Caller): Writes {
  const query = { fieldManager: FIELD_MANAGER };
  return {
    async createNamespace(name) {
      const body = { apiVersion: "v1", kind: "Namespace", metadata: { name } };
      await api(`create namespace ${name}`, { method: "POST", path: "/api/v1/namespaces", query, body });
    },
    async createServiceAccount({ ref, labels, annotations }) {
      const metadata = { namespace: ref.namespace, name: ref.name, labels, annotations };
      await api(`create serviceaccount ${ref.namespace}/${ref.name}`, {
        method: "POST",
        path: `/api/v1/namespaces/${ref.namespace}/serviceaccounts`,
        query,
        body: { apiVersion: "v1", kind: "ServiceAccount", metadata },
      });
    },
    async patchServiceAccount({ ref, labels, annotations, resourceVersion }) {
      await api(`patch serviceaccount ${ref.namespace}/${ref.name}`, {
        method: "PATCH",
        path: accountUrl(ref),
        query,
        contentType: "application/merge-patch+json",
        body: { metadata: { resourceVersion, labels, annotations } },
      });
    },
  };
}

type Questions = Pick<KubernetesPort, "may" | "requestToken">;

function questions(api: Caller): Questions {
  return {
    async may(access) {
      const body = {
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectAccessReview",
        spec: { resourceAttributes: access },
      };
      const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
      const answer = await api<{ status: { allowed: boolean } }>("ask what is permitted", {
        method: "POST",
        path,
        body,
      });
      return answer.status.allowed;
    },
    async requestToken(ref, audience, seconds) {
      const body = {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenRequest",
        spec: { expirationSeconds: seconds, audiences: audience === undefined ? [] : [audience] },
      };
      const what = `create serviceaccounts/token for ${ref.namespace}/${ref.name}`;
      const answer = await api<{ status: { token: string } }>(what, {
        method: "POST",
        path: `${accountUrl(ref)}/token`,
        body,
      });
      return answer.status.token;
    },
  };
}

function accountUrl(ref: ServiceAccountRef): string {
  return `/api/v1/namespaces/${ref.namespace}/serviceaccounts/${ref.name}`;
}
