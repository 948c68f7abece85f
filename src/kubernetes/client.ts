import { serviceAccountUrl } from "./service-account-url.ts";
import { anything, flag, object, text } from "./answer.ts";
import { callerOn, type Caller } from "./caller.ts";
import type { Connection } from "./connection.ts";
import type { WorkloadRef } from "../model/kubernetes-objects.ts";
import type { KubernetesPort } from "./port.ts";
import { probePod } from "./probe-pod.ts";
import { reads } from "./reads.ts";
import { POD_TEMPLATE, toPodSpec } from "./wire-pod.ts";
import { restartEdit, templateEdit, workloadPath } from "./wire-workload.ts";

/** How managedFields name us. */
const FIELD_MANAGER = "irsa";

/** The Kubernetes API behind a connection. */
export function kubernetesAdapter(connection: Connection): KubernetesPort {
  const api = callerOn(connection);
  return { ...reads(api), ...writes(api), ...questions(api) };
}

type Writes = Pick<
  KubernetesPort,
  | "createNamespace"
  | "createServiceAccount"
  | "patchServiceAccount"
  | "deleteServiceAccount"
  | "bindWorkload"
  | "restartWorkload"
  | "tryRestart"
>;

function writes(api: Caller): Writes {
  const query = { fieldManager: FIELD_MANAGER };
  const patch = (what: string, path: string, body: object, more: Readonly<Record<string, string>> = {}) =>
    api(
      `patch ${what}`,
      {
        method: "PATCH",
        path,
        query: { ...query, ...more },
        contentType: "application/merge-patch+json",
        body,
      },
      anything,
    );
  const patchWorkload = (ref: WorkloadRef, body: object, more: Readonly<Record<string, string>> = {}) =>
    patch(`${ref.kind} ${ref.namespace}/${ref.name}`, workloadPath(ref), body, more);
  return {
    async createNamespace(name) {
      const body = { apiVersion: "v1", kind: "Namespace", metadata: { name } };
      await api(
        `create namespace ${name}`,
        { method: "POST", path: "/api/v1/namespaces", query, body },
        anything,
      );
    },
    async createServiceAccount({ ref, labels, annotations }) {
      const metadata = { namespace: ref.namespace, name: ref.name, labels, annotations };
      await api(
        `create serviceaccount ${ref.namespace}/${ref.name}`,
        {
          method: "POST",
          path: `/api/v1/namespaces/${ref.namespace}/serviceaccounts`,
          query,
          body: { apiVersion: "v1", kind: "ServiceAccount", metadata },
        },
        anything,
      );
    },
    async patchServiceAccount({ ref, labels, annotations, resourceVersion }) {
      const metadata = { resourceVersion, labels, annotations };
      await patch(`serviceaccount ${ref.namespace}/${ref.name}`, serviceAccountUrl(ref), { metadata });
    },
    async bindWorkload({ ref, serviceAccount, resourceVersion }) {
      const edit = templateEdit(ref.kind, { serviceAccountName: serviceAccount });
      await patchWorkload(ref, { metadata: { resourceVersion }, ...edit });
    },
    async restartWorkload(ref, at) {
      await patchWorkload(ref, restartEdit(ref.kind, at));
    },
    async tryRestart(ref) {
      await patchWorkload(ref, restartEdit(ref.kind, new Date()), { dryRun: "All" });
    },
    async deleteServiceAccount(ref, resourceVersion) {
      await api(
        `delete serviceaccount ${ref.namespace}/${ref.name}`,
        {
          method: "DELETE",
          path: serviceAccountUrl(ref),
          body: { apiVersion: "v1", kind: "DeleteOptions", preconditions: { resourceVersion } },
        },
        anything,
      );
    },
  };
}

type Questions = Pick<KubernetesPort, "may" | "requestToken" | "tryPod">;

function questions(api: Caller): Questions {
  return {
    async may(access) {
      const body = {
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectAccessReview",
        spec: { resourceAttributes: access },
      };
      const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
      const shape = object({ status: object({ allowed: flag }) });
      const answer = await api("ask what is permitted", { method: "POST", path, body }, shape);
      return answer.status.allowed;
    },
    async requestToken(ref, audience, seconds, pod) {
      const body = {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenRequest",
        spec: {
          expirationSeconds: seconds,
          audiences: audience === undefined ? [] : [audience],
          ...(pod !== undefined && { boundObjectRef: { apiVersion: "v1", kind: "Pod", name: pod } }),
        },
      };
      const what = `create serviceaccounts/token for ${ref.namespace}/${ref.name}`;
      const shape = object({ status: object({ token: text }) });
      const answer = await api(
        what,
        { method: "POST", path: `${serviceAccountUrl(ref)}/token`, body },
        shape,
      );
      return answer.status.token;
    },
    async tryPod(ref) {
      const path = `/api/v1/namespaces/${ref.namespace}/pods`;
      const query = { dryRun: "All", fieldManager: FIELD_MANAGER };
      const body = probePod(ref);
      return toPodSpec(
        await api("create pods (dry run)", { method: "POST", path, query, body }, POD_TEMPLATE),
      );
    },
  };
}
