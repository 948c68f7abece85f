import type { Json, JsonObject } from "../patch/json.ts";
import { MESSAGES } from "./protobuf-messages.ts";

/** What an object in protobuf begins with. */
const MAGIC = Buffer.from("k8s\0");

/**
 * An object in Kubernetes' protobuf envelope as JSON; `undefined` for one that is not known in full.
 * Source: Kubernetes documentation, "API Concepts", protobuf encoding; protobuf.dev, "Encoding".
 */
export function decodeProtobuf(body: Buffer): JsonObject | undefined {
  if (!body.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  try {
    const envelope = message(body.subarray(MAGIC.length), "Unknown");
    const { apiVersion = "", kind = "" } = envelope["typeMeta"] as Readonly<Record<string, string>>;
    const raw = Buffer.from((envelope["raw"] ?? "") as string, "base64");
    return { apiVersion, kind, ...message(raw, kind) };
  } catch (error) {
    if (error instanceof UnknownFieldError) return undefined;
    throw error;
  }
}

class UnknownFieldError extends Error {}

function message(bytes: Buffer, type: string): JsonObject {
  const fields = MESSAGES[type];
  if (fields === undefined) throw new UnknownFieldError(type);
  const result: Record<string, Json> = {};
  for (const { number, value } of wireFields(bytes)) {
    const [name = "", kind = ""] = (fields[number] ?? "").split(":");
    if (name === "" && !isEmpty(value)) throw new UnknownFieldError(`${type} ${number}`);
    // Go writes empty strings, zeros and empty messages too, where JSON leaves them out. A false is always meant, and
    // so is an item of a list: the core API group is called "".
    const isMeant = kind === "bool" || kind.endsWith("[]") || !isEmpty(value);
    if (name === "" || kind === "ignored" || !isMeant) continue;
    add(result, name, kind, value);
  }
  return result;
}

function add(result: Record<string, Json>, name: string, kind: string, value: WireValue): void {
  if (kind.endsWith("map")) {
    const [key, item] = mapEntry(value, kind === "bytes-map" ? "base64" : "utf8");
    result[name] = { ...(result[name] as JsonObject | undefined), [key]: item };
  } else if (kind.endsWith("[]")) {
    const items = (result[name] ?? []) as readonly Json[];
    result[name] = [...items, decoded(value, kind.slice(0, -2))];
  } else {
    result[name] = decoded(value, kind);
  }
}

function decoded(value: WireValue, kind: string): Json {
  if (kind === "bool") return value === 1;
  if (typeof value === "number") return value;
  if (kind === "string") return value.toString("utf8");
  return kind === "bytes" ? value.toString("base64") : message(value, kind);
}

function mapEntry(value: WireValue, encoding: "base64" | "utf8"): readonly [string, string] {
  const entry = new Map(
    [...wireFields(value as Buffer)].map((field) => [field.number, field.value as Buffer]),
  );
  return [entry.get(1)?.toString("utf8") ?? "", entry.get(2)?.toString(encoding) ?? ""];
}

type WireValue = number | Buffer;

interface WireField {
  readonly number: number;
  readonly value: WireValue;
}

function* wireFields(bytes: Buffer): Generator<WireField> {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const isLengthDelimited = tag % 8 === 2;
    if (!isLengthDelimited && tag % 8 !== 0) throw new UnknownFieldError(`wire type ${tag % 8}`);
    const number = varint();
    const value = isLengthDelimited ? bytes.subarray(at, at + number) : number;
    if (isLengthDelimited) at += number;
    yield { number: Math.floor(tag / 8), value };
  }
}

function isEmpty(value: WireValue): boolean {
  return typeof value === "number" ? value === 0 : value.length === 0;
}
