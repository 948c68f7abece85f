import { setTimeout as sleep } from "node:timers/promises";
import { connect, type ApiRequest } from "../../kubernetes/connection.ts";
import { userAccess } from "../../kubernetes/kubeconfig.ts";
import { Failure } from "../../model/failure.ts";

/** A pod, as far as the story looks at it. */
export interface StoryPod {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly spec: {
    readonly serviceAccountName: string;
    readonly containers: readonly {
      readonly env?: readonly { readonly name: string; readonly value?: string }[];
    }[];
    readonly volumes?: readonly {
      readonly name: string;
      readonly projected?: { readonly sources: readonly { readonly serviceAccountToken?: ProjectedToken }[] };
    }[];
  };
}

/** A token volume's source. */
export interface ProjectedToken {
  readonly audience: string;
  readonly expirationSeconds: number;
}

/** What kubectl and the kubelet would do in the cluster. */
export interface StoryCluster {
  create(path: string, body: object): Promise<void>;
  /** The first pod of the namespace with that label, once there is one. */
  firstPod(namespace: string, label: string): Promise<StoryPod>;
  /** A token as the kubelet asks for it, bound to the pod if there is one. */
  token(namespace: string, serviceAccount: string, wanted: ProjectedToken, pod?: StoryPod): Promise<string>;
  close(): void;
}

const POD_POLLS = 100;
const POLL_MILLISECONDS = 50;

/** The cluster behind a kubeconfig's current context. */
export function clusterByKubeconfig(file: string): StoryCluster {
  const connection = connect(userAccess(file, undefined));
  const send = async (call: ApiRequest): Promise<unknown> => {
    const { status, body } = await connection.send(call);
    if (status < 300) return body;
    throw new Failure("failed", "demo", `${call.method} ${call.path}: ${JSON.stringify(body)}`);
  };
  return {
    async create(path, body) {
      await send({ method: "POST", path, body });
    },
    async firstPod(namespace, labelSelector) {
      const call = {
        method: "GET",
        path: `/api/v1/namespaces/${namespace}/pods`,
        query: { labelSelector },
      } as const;
      for (let poll = 0; poll < POD_POLLS; poll += 1) {
        const [pod] = ((await send(call)) as { items: StoryPod[] }).items;
        if (pod !== undefined) return pod;
        await sleep(POLL_MILLISECONDS);
      }
      throw new Failure("failed", "demo", `no pod with ${labelSelector} in ${namespace}`);
    },
    async token(namespace, serviceAccount, { audience, expirationSeconds }, pod) {
      const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccount}/token`;
      const { name, uid } = pod?.metadata ?? {};
      const boundObjectRef = pod && { apiVersion: "v1", kind: "Pod", name, uid };
      const body = { spec: { audiences: [audience], expirationSeconds, boundObjectRef } };
      const answer = (await send({ method: "POST", path, body })) as { status: { token: string } };
      return answer.status.token;
    },
    close: () => connection.close(),
  };
}
