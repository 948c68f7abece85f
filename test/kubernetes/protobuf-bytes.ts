/**
 * Writes Protobuf, independently of what reads it. Source: Protobuf documentation, "Encoding"; for the numbers of fields,
 * generated.proto of k8s.io/api/core/v1 and of k8s.io/apimachinery.
 */
export const MAGIC = Buffer.from([0x6b, 0x38, 0x73, 0x00]);

/** A number, seven bits a byte, the least first. */
export function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}

/** A field that is a number. */
export const numberField = (field: number, value: number | bigint): Buffer =>
  Buffer.concat([varint(field * 8), varint(value)]);

/** A field of so many bytes: a string, or a message that has these fields. */
export function bytesField(field: number, ...parts: readonly (Buffer | string)[]): Buffer {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return Buffer.concat([varint(field * 8 + 2), varint(content.length), content]);
}

/** A field that is a string, or nothing for none. */
export const textField = (field: number, value: unknown): Buffer =>
  typeof value === "string" ? bytesField(field, value) : Buffer.alloc(0);

/** An object of the API in its envelope. */
export const objectBytes = (apiVersion: string, kind: string, ...fields: readonly Buffer[]): Buffer =>
  Buffer.concat([
    MAGIC,
    bytesField(1, textField(1, apiVersion), textField(2, kind)),
    bytesField(2, ...fields),
    textField(3, ""),
    textField(4, ""),
  ]);

/** A list of pods, which are given by `podBytes`. */
export const podListBytes = (
  pods: readonly Buffer[],
  { resourceVersion = "7", next = "" }: { readonly resourceVersion?: string; readonly next?: string } = {},
): Buffer =>
  objectBytes(
    "v1",
    "PodList",
    bytesField(1, textField(1, ""), textField(2, resourceVersion), textField(3, next)),
    ...pods.map((pod) => bytesField(2, pod)),
  );

/** A refusal as the API server writes it. */
export const statusBytes = (code: number, reason: string, message: string): Buffer =>
  objectBytes(
    "v1",
    "Status",
    bytesField(1),
    textField(2, "Failure"),
    textField(3, message),
    textField(4, reason),
    bytesField(5, bytesField(4, textField(1, `${reason}Cause`))),
    numberField(6, code),
  );

/** What stands between the fields that are read. */
export type Between = () => Buffer;

/** A pod by the fields of its JSON that summaries are made of. */
export function podBytes(json: unknown, between: Between = () => Buffer.alloc(0)): Buffer {
  const { metadata, spec, status } = record(json);
  return join(between, [
    bytesField(1, metadataBytes(record(metadata), between)),
    bytesField(2, specBytes(record(spec), between)),
    bytesField(3, join(between, [textField(1, record(status)["phase"])])),
  ]);
}

function metadataBytes(metadata: Json, between: Between): Buffer {
  return join(between, [
    textField(1, metadata["name"]),
    textField(3, metadata["namespace"]),
    timeField(8, metadata["creationTimestamp"]),
    ...Object.entries(record(metadata["labels"])).map(([key, value]) =>
      bytesField(11, join(between, [textField(1, key), textField(2, value)])),
    ),
    ...Object.entries(record(metadata["annotations"])).map(([key, value]) =>
      bytesField(12, textField(1, key), textField(2, value)),
    ),
    ...list(metadata["ownerReferences"]).map((owner) =>
      bytesField(
        13,
        join(between, [
          textField(1, owner["kind"]),
          textField(3, owner["name"]),
          flagField(6, owner["controller"]),
        ]),
      ),
    ),
  ]);
}

function specBytes(spec: Json, between: Between): Buffer {
  return join(between, [
    ...list(spec["volumes"]).map(({ name }) => bytesField(1, join(between, [textField(1, name)]))),
    ...list(spec["containers"]).map((one) => bytesField(2, containerBytes(one, between))),
    textField(8, spec["serviceAccountName"]),
    textField(10, spec["nodeName"]),
    flagField(11, spec["hostNetwork"]),
    ...list(spec["initContainers"]).map((one) => bytesField(20, containerBytes(one, between))),
  ]);
}

function containerBytes(container: Json, between: Between): Buffer {
  return join(between, [
    textField(1, container["name"]),
    textField(2, container["image"]),
    ...list(container["env"]).map(({ name, value }) =>
      bytesField(7, join(between, [textField(1, name), textField(2, value)])),
    ),
  ]);
}

/** Without a time, an empty message. */
function timeField(field: number, value: unknown): Buffer {
  const parts =
    typeof value === "string" ? [numberField(1, Date.parse(value) / 1000), numberField(2, 0)] : [];
  return bytesField(field, ...parts);
}

function flagField(field: number, value: unknown): Buffer {
  return typeof value === "boolean" ? numberField(field, Number(value)) : Buffer.alloc(0);
}

function join(between: Between, fields: readonly Buffer[]): Buffer {
  return Buffer.concat([between(), ...fields.flatMap((field) => [field, between()])]);
}

type Json = Readonly<Record<string, unknown>>;

function record(value: unknown): Json {
  return Object.fromEntries(Object.entries(value ?? {}));
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.map(record) : [];
}
