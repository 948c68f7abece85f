import { Agent, request } from "node:https";
import { startReviewService } from "../test/worlds/control-plane/review-service.ts";
import { startControlPlane } from "../test/worlds/control-plane/control-plane.ts";
import { largeCluster, WEBHOOKS_PATH, type LargeObject } from "./large-cluster.ts";
import type { LargeWorldSize } from "./large-names.ts";

/** The objects of a generated cluster in a real API server, to which any bearer token is an administrator's. */
export interface RealCluster {
  readonly endpoint: string;
  readonly caPem: string;
  /** How many bytes a pod has on average in a page of 500, by the media type that is asked for. */
  readonly podBytes: (accept: string) => Promise<number>;
  readonly stop: () => Promise<void>;
}

/** Calls that are made at the same time while it is filled. */
const AT_ONCE = 16;

/** Starts kube-apiserver and fills it; 20,000 pods take some minutes. */
export async function startRealCluster(size: LargeWorldSize): Promise<RealCluster> {
  const administrator = { username: "bench", groups: ["system:masters"] };
  const authenticator = await startReviewService(() => ({ authenticated: true, user: administrator }));
  const plane = await startControlPlane({ workloads: false, tokenWebhook: authenticator });
  const agent = new Agent({ keepAlive: true, ca: plane.caPem });
  const send = sender(plane.server, agent);
  const cluster = largeCluster(size, plane.caPem);
  const objectsAt = (path: string): readonly LargeObject[] => cluster.get(path) ?? [];
  const create = (path: string, object: object) =>
    accepted(send("POST", path, object, { "content-type": "application/json" }));

  await inParallel(objectsAt("/api/v1/namespaces"), async ({ metadata: { name } }) => {
    // The API server makes this one itself.
    if (name !== "kube-system") await create("/api/v1/namespaces", { metadata: { name } });
  });
  await inParallel(objectsAt("/api/v1/serviceaccounts"), ({ metadata }) => {
    const { namespace, name, annotations, labels } = metadata;
    return create(`/api/v1/namespaces/${namespace}/serviceaccounts`, {
      metadata: { name, annotations, labels },
    });
  });
  await inParallel(objectsAt("/api/v1/pods"), async ({ metadata, spec, status }) => {
    const { namespace, name, labels, annotations, ownerReferences } = metadata;
    const path = `/api/v1/namespaces/${namespace}/pods`;
    const owners = (ownerReferences as object[]).map((owner) => ({
      apiVersion: "apps/v1",
      uid: name,
      ...owner,
    }));
    await create(path, { metadata: { name, labels, annotations, ownerReferences: owners }, spec });
    const type = { "content-type": "application/merge-patch+json" };
    await accepted(send("PATCH", `${path}/${name}/status?fieldManager=kubelet`, { status }, type));
  });
  for (const webhook of objectsAt(WEBHOOKS_PATH)) await create(WEBHOOKS_PATH, webhook);

  return {
    endpoint: plane.server,
    caPem: plane.caPem,
    async podBytes(accept) {
      const { body } = await accepted(send("GET", "/api/v1/pods?limit=500", undefined, { accept }));
      return body.length / 500;
    },
    async stop() {
      agent.destroy();
      await plane.stop();
      await authenticator.stop();
    },
  };
}

interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

function sender(server: string, agent: Agent) {
  return (method: string, path: string, body: unknown, headers: Readonly<Record<string, string>>) =>
    new Promise<Answer>((resolve, reject) => {
      const options = { agent, method, headers: { ...headers, authorization: "Bearer any" } };
      const call = request(new URL(path, server), options, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks) }));
      });
      call.on("error", reject).end(body === undefined ? undefined : JSON.stringify(body));
    });
}

async function accepted(answered: Promise<Answer>): Promise<Answer> {
  const answer = await answered;
  if (answer.status >= 300) throw new Error(`${answer.status}: ${answer.body.toString("utf8")}`);
  return answer;
}

async function inParallel<T>(items: readonly T[], run: (item: T) => Promise<unknown>): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await run(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
