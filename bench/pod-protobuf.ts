import { bytesField, numberField, objectBytes, textField } from "../test/kubernetes/protobuf-bytes.ts";
import type { LargeObject } from "./large-cluster.ts";

/** What a field holds; an array is a list of messages, and `within` a message that JSON has not: its fields are those around it. */
type Kind =
  | "text"
  | "number"
  | "flag"
  | "time"
  | "texts"
  | "quantities"
  | { readonly within: Fields }
  | { readonly message: Fields }
  | readonly [Fields];

type Fields = Readonly<Record<string, readonly [number: number, kind: Kind]>>;
type Json = Readonly<Record<string, unknown>>;

/** Source of all numbers: generated.proto of k8s.io/api/core/v1 and of k8s.io/apimachinery. */
const METADATA: Fields = {
  name: [1, "text"],
  namespace: [3, "text"],
  uid: [5, "text"],
  resourceVersion: [6, "text"],
  creationTimestamp: [8, "time"],
  labels: [11, "texts"],
  annotations: [12, "texts"],
  ownerReferences: [
    13,
    [
      {
        kind: [1, "text"],
        name: [3, "text"],
        uid: [4, "text"],
        apiVersion: [5, "text"],
        controller: [6, "flag"],
      },
    ],
  ],
};

const CONTAINER: Fields = {
  name: [1, "text"],
  image: [2, "text"],
  env: [7, [{ name: [1, "text"], value: [2, "text"] }]],
  resources: [8, { message: { limits: [1, "quantities"] } }],
  volumeMounts: [9, [{ name: [1, "text"], readOnly: [2, "flag"], mountPath: [3, "text"] }]],
};

const TOKEN: Fields = { audience: [1, "text"], expirationSeconds: [2, "number"], path: [3, "text"] };
const VOLUME_SOURCE: Fields = {
  emptyDir: [2, { message: {} }],
  projected: [26, { message: { sources: [1, [{ serviceAccountToken: [4, { message: TOKEN }] }]] } }],
};

const POD: Fields = {
  metadata: [1, { message: METADATA }],
  spec: [
    2,
    {
      message: {
        volumes: [1, [{ name: [1, "text"], source: [2, { within: VOLUME_SOURCE }] }]],
        containers: [2, [CONTAINER]],
        serviceAccountName: [8, "text"],
        nodeName: [10, "text"],
        hostNetwork: [11, "flag"],
      },
    },
  ],
  status: [
    3,
    {
      message: {
        phase: [1, "text"],
        conditions: [2, [{ type: [1, "text"], status: [2, "text"] }]],
        podIP: [6, "text"],
      },
    },
  ],
};

const LIST_METADATA: Fields = { resourceVersion: [2, "text"], continue: [3, "text"] };

/** A page of pods as kube-apiserver writes it, with every field that the JSON has. */
export function podListProtobuf(
  pods: readonly LargeObject[],
  listMetadata: { readonly resourceVersion: string; readonly continue?: string },
): Buffer {
  const metadata = bytesField(1, written(LIST_METADATA, listMetadata));
  return objectBytes("v1", "PodList", metadata, ...pods.map((pod) => bytesField(2, podBytes(pod))));
}

/** One pod, in the envelope of an object of the API. */
export function podProtobuf(pod: object): Buffer {
  return objectBytes("v1", "Pod", written(POD, { ...pod }));
}

const known = new WeakMap<LargeObject, Buffer>();

function podBytes(pod: LargeObject): Buffer {
  const bytes = known.get(pod) ?? written(POD, pod);
  known.set(pod, bytes);
  return bytes;
}

/** @throws Error for a field that the table does not have: none is left out in silence */
function written(fields: Fields, json: Json): Buffer {
  const rest = new Set(Object.keys(json));
  const parts = Object.entries(fields).flatMap(([name, [number, kind]]) => {
    rest.delete(name);
    if (typeof kind === "object" && "within" in kind) {
      const own = Object.entries(json).filter(([key]) => key in kind.within);
      for (const [key] of own) rest.delete(key);
      return [bytesField(number, written(kind.within, Object.fromEntries(own)))];
    }
    const value = json[name];
    return value === undefined ? [] : fieldBytes(number, kind, value);
  });
  if (rest.size > 0) throw new Error(`no numbers for ${[...rest].join(", ")}`);
  return Buffer.concat(parts);
}

function fieldBytes(number: number, kind: Exclude<Kind, { within: Fields }>, value: unknown): Buffer[] {
  if (kind === "text") return [textField(number, value)];
  if (kind === "number" || kind === "flag") return [numberField(number, Number(value))];
  if (kind === "time")
    return [bytesField(number, numberField(1, Date.parse(String(value)) / 1000), numberField(2, 0))];
  if (kind === "texts")
    return entries(value).map(([key, text]) => bytesField(number, textField(1, key), textField(2, text)));
  if (kind === "quantities")
    return entries(value).map(([key, text]) =>
      bytesField(number, textField(1, key), bytesField(2, textField(1, text))),
    );
  if ("message" in kind)
    return [bytesField(number, written(kind.message, Object.fromEntries(entries(value))))];
  const [item] = kind;
  return (value as readonly Json[]).map((one) => bytesField(number, written(item, one)));
}

function entries(value: unknown): [string, unknown][] {
  return Object.entries(value ?? {});
}
