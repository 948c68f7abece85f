import { Unfit } from "./answer.ts";

/**
 * How a field is read in Protobuf, which the Kubernetes API offers instead of JSON for its own kinds: every field has its
 * length, so that what is not read costs nothing. Gives what the JSON has, or `undefined` for what it omits. A list's field comes
 * once for each item. Source: Protobuf documentation, "Encoding".
 */
export interface Kind {
  readonly wire: number;
  readonly read: (input: Input, before: unknown) => unknown;
}

/** The fields that are read of a message, by their names in JSON; all others are skipped. */
type Fields = Readonly<Record<string, readonly [number: number, kind: Kind]>>;

interface Input {
  readonly bytes: Buffer;
  at: number;
}

/** The types of the wire format. Groups, 3 and 4, are in none of Kubernetes' messages. */
const WIRE = { varint: 0, eightBytes: 1, bytes: 2, fourBytes: 5 } as const;

/** A number of 64 bits has no more groups of seven bits. */
const VARINT_BYTES = 10;
const LARGEST_TAG = 2 ** 32 - 1;

/** A string, or nothing if it is empty; bytes that are not UTF-8 become U+FFFD, as in JSON. */
const text: Kind = {
  wire: WIRE.bytes,
  read(input) {
    const end = lengthEnd(input);
    const from = input.at;
    input.at = end;
    return end === from ? undefined : input.bytes.toString("utf8", from, end);
  },
};

/** True, or nothing. */
const flag: Kind = { wire: WIRE.varint, read: (input) => varint(input) !== 0 || undefined };

/** A time in RFC 3339. JSON has whole seconds, so that parts of one are not read. Source: k8s.io/apimachinery, `Time`. */
const time: Kind = {
  wire: WIRE.bytes,
  read(input, before) {
    const { seconds } = readFields(input, lengthEnd(input), TIMESTAMP);
    if (typeof seconds !== "number") return before;
    if (seconds > LAST_SECOND) throw malformed();
    return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
  },
};
const TIMESTAMP = byNumber({ seconds: [1, { wire: WIRE.varint, read: varint }] });
/** The end of the year 9999; before 1970 there was no Kubernetes. */
const LAST_SECOND = 253_402_300_799;

/** An object of strings. */
const texts: Kind = {
  wire: WIRE.bytes,
  read(input, before) {
    const { key = "", value = "" } = readFields(input, lengthEnd(input), ENTRY);
    // Without a prototype, `__proto__` is a key like any other.
    const all: Record<string, unknown> = isRecord(before) ? before : Object.create(null);
    all[String(key)] = value;
    return all;
  },
};
const ENTRY = byNumber({ key: [1, text], value: [2, text] });

/** A message within another one. */
function message(fields: Fields): Kind {
  const table = byNumber(fields);
  return { wire: WIRE.bytes, read: (input) => readFields(input, lengthEnd(input), table) };
}

/** A list of them. */
function listOf({ wire, read }: Kind): Kind {
  return {
    wire,
    read(input, before) {
      const one = read(input, undefined);
      if (!Array.isArray(before)) return [one];
      before.push(one);
      return before;
    },
  };
}

/** The kinds of fields. */
export const protobuf = { text, flag, time, texts, message, listOf } as const;

/**
 * Reads an object of the API, whose envelope must say that it is of that kind.
 * @throws Unfit for bytes that are something else
 */
export function objectReader(kind: string, fields: Fields): (bytes: Buffer) => unknown {
  // Source: Kubernetes documentation, "API Concepts", Protobuf encoding.
  const envelope = byNumber({
    typeMeta: [1, message({ kind: [2, text] })],
    raw: [2, message(fields)],
    contentEncoding: [3, text],
  });
  return (bytes) => {
    if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw malformed();
    const read = readFields({ bytes, at: MAGIC.length }, bytes.length, envelope);
    const { typeMeta, raw, contentEncoding } = read;
    if (!isRecord(typeMeta) || typeMeta["kind"] !== kind) throw new Unfit(`a ${kind}`);
    if (raw === undefined || contentEncoding !== undefined) throw malformed();
    return raw;
  };
}

const MAGIC = Buffer.from("k8s\0");

type Table = readonly ({ readonly name: string; readonly kind: Kind } | undefined)[];

function byNumber(fields: Fields): Table {
  const table: { name: string; kind: Kind }[] = [];
  for (const [name, [number, kind]] of Object.entries(fields)) table[number] = { name, kind };
  return Array.from(table);
}

function readFields(input: Input, end: number, table: Table): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  while (input.at < end) {
    const tag = varint(input);
    if (tag < 8 || tag > LARGEST_TAG) throw malformed();
    const field = table[Math.floor(tag / 8)];
    if (field === undefined) {
      skip(input, tag % 8);
      continue;
    }
    const { name, kind } = field;
    if (tag % 8 !== kind.wire) throw malformed();
    const read = kind.read(input, value[name]);
    if (read !== undefined) value[name] = read;
  }
  // What is longer than the message that it is in ends behind it.
  if (input.at !== end) throw malformed();
  return value;
}

function skip(input: Input, wire: number): void {
  if (wire === WIRE.bytes) input.at = lengthEnd(input);
  else if (wire === WIRE.varint) varint(input);
  else if (wire === WIRE.eightBytes) input.at += 8;
  else if (wire === WIRE.fourBytes) input.at += 4;
  else throw malformed();
}

/** Reads a length, and gives where what is so long ends. */
function lengthEnd(input: Input): number {
  const length = varint(input);
  const end = input.at + length;
  if (end > input.bytes.length) throw malformed();
  return end;
}

/** Reads a number; of one over 2^53, about as large. */
function varint(input: Input): number {
  let value = 0;
  let scale = 1;
  for (let count = 0; count < VARINT_BYTES; count += 1) {
    const byte = input.bytes[input.at];
    if (byte === undefined) throw malformed();
    input.at += 1;
    value += (byte % 128) * scale;
    if (byte < 128) return value;
    scale *= 128;
  }
  throw malformed();
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function malformed(): Unfit {
  return new Unfit("well-formed Protobuf");
}
