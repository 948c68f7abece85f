import { Unfit } from "./answer.ts";
import { objectReader, protobuf, type Kind } from "./protobuf.ts";

/**
 * Of the messages of Kubernetes, the fields that are read, by their numbers, which never change. Source: generated.proto of
 * k8s.io/api/core/v1 and of k8s.io/apimachinery/pkg/apis/meta/v1.
 */
const { text, flag, time, texts, message, listOf } = protobuf;

/** Asks for Protobuf, and for JSON where there is none: errors of proxies, servers that leave it out. */
export const ACCEPT_PROTOBUF = "application/vnd.kubernetes.protobuf, application/json;q=0.9";

/** Whether a content type says that an answer is Protobuf of Kubernetes. */
export function isProtobuf(contentType: string | undefined): boolean {
  return /^application\/vnd\.kubernetes\.protobuf\s*(;|$)/i.test(contentType ?? "");
}

const CONTAINERS = listOf(message({ env: [7, listOf(message({ name: [1, text], value: [2, text] }))] }));

/** What `POD_SUMMARY` takes. */
const POD = message({
  metadata: [
    1,
    message({
      name: [1, text],
      namespace: [3, text],
      creationTimestamp: [8, time],
      labels: [11, texts],
      ownerReferences: [13, listOf(message({ kind: [1, text], name: [3, text], controller: [6, flag] }))],
    }),
  ],
  spec: [
    2,
    message({
      volumes: [1, listOf(message({ name: [1, text] }))],
      containers: [2, CONTAINERS],
      serviceAccountName: [8, text],
      nodeName: [10, text],
      hostNetwork: [11, flag],
      initContainers: [20, CONTAINERS],
    }),
  ],
  status: [3, message({ phase: [1, text] })],
});

/** Reads a list of pods: of each what `POD_SUMMARY` takes. @throws Unfit */
export const readPodList = listReader("PodList", POD);

/** Reads a list as its JSON has it, one without items too. */
function listReader(kind: string, item: Kind): (bytes: Buffer) => unknown {
  const metadata = message({ resourceVersion: [2, text], continue: [3, text] });
  const read = objectReader(kind, { metadata: [1, metadata], items: [2, listOf(item)] });
  return (bytes) => Object.assign({ items: [] }, read(bytes));
}

const readStatus = objectReader("Status", {
  message: [3, text],
  reason: [4, text],
  details: [5, message({ causes: [4, listOf(message({ reason: [1, text] }))] })],
});

/** Why the API server refuses, as its JSON says it; `undefined` where that can't be read. */
export function statusIn(bytes: Buffer): unknown {
  try {
    return readStatus(bytes);
  } catch (error) {
    if (error instanceof Unfit) return undefined;
    throw error;
  }
}
