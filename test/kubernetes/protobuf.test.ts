import { describe, expect, it } from "vitest";
import { fit } from "../../src/kubernetes/answer.ts";
import { isProtobuf, readPodList, statusIn } from "../../src/kubernetes/wire-protobuf.ts";
import {
  bytesField,
  MAGIC,
  numberField,
  objectBytes,
  podBytes,
  podListBytes,
  statusBytes,
  textField,
  varint,
} from "./protobuf-bytes.ts";

const read = (bytes: Buffer) => fit("list pods", bytes, () => readPodList(bytes));

/** A list of one pod, of these fields. */
const listOf = (...fields: readonly Buffer[]): Buffer => podListBytes([Buffer.concat(fields)]);
/** One pod whose metadata has these fields. */
const named = (...fields: readonly Buffer[]): Buffer => listOf(bytesField(1, ...fields));

describe("a list of pods", () => {
  it("is as its JSON: without what is empty, and with times as text", () => {
    const pod = {
      metadata: {
        namespace: "shop",
        name: "cart-1",
        creationTimestamp: "2026-11-01T10:00:05Z",
        labels: { app: "cart", empty: "" },
        ownerReferences: [{ kind: "ReplicaSet", name: "cart", controller: true }],
      },
      spec: {
        volumes: [{ name: "aws-iam-token" }],
        containers: [{ env: [{ name: "AWS_ROLE_ARN", value: "für" }, { name: "FROM_SECRET" }] }, {}],
        initContainers: [{}],
        serviceAccountName: "cart",
        nodeName: "n1",
        hostNetwork: true,
      },
      status: { phase: "Running" },
    };
    const bytes = podListBytes([podBytes(pod)], { resourceVersion: "12", next: "abc" });
    expect(read(bytes)).toEqual({ metadata: { resourceVersion: "12", continue: "abc" }, items: [pod] });
  });

  it("omits what Kubernetes writes although it is empty", () => {
    const spec = [textField(8, ""), textField(10, ""), numberField(11, 0)];
    expect(read(listOf(bytesField(2, ...spec)))).toEqual({
      metadata: { resourceVersion: "7" },
      items: [{ spec: {} }],
    });
  });

  it("without items has none", () => {
    expect(read(podListBytes([]))).toEqual({ metadata: { resourceVersion: "7" }, items: [] });
    expect(read(objectBytes("v1", "PodList"))).toEqual({ items: [] });
  });

  it.each([
    ["whole seconds", [numberField(1, 1_793_527_205), numberField(2, 999_999_999)], "2026-11-01T10:00:05Z"],
    ["the beginning", [numberField(1, 0), numberField(2, 0)], "1970-01-01T00:00:00Z"],
    ["the year 9999", [numberField(1, 253_402_300_799)], "9999-12-31T23:59:59Z"],
    ["no time", [], undefined],
  ])("has times in RFC 3339: %s", (_, fields, creationTimestamp) => {
    expect(read(named(bytesField(8, ...fields)))).toMatchObject({
      items: [{ metadata: creationTimestamp === undefined ? {} : { creationTimestamp } }],
    });
  });

  it("has every label under its own key", () => {
    const labels = ["__proto__", "constructor", "toString"].map((key) =>
      bytesField(11, textField(1, key), textField(2, "x")),
    );
    const items = [
      { metadata: { labels: JSON.parse('{"__proto__":"x","constructor":"x","toString":"x"}') as unknown } },
    ];
    const found = read(named(...labels));
    expect(JSON.stringify(found)).toBe(JSON.stringify({ items, metadata: { resourceVersion: "7" } }));
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  it("has U+FFFD for bytes that are not UTF-8, as JSON has", () => {
    expect(read(named(bytesField(1, Buffer.from([0x61, 0xff, 0x62]))))).toMatchObject({
      items: [{ metadata: { name: "a\ufffdb" } }],
    });
  });
});

it("looks into nothing that is not read", () => {
  const nested = Array.from({ length: 2_000 }).reduce<Buffer>(
    (inner) => bytesField(13, inner),
    Buffer.alloc(9),
  );
  expect(read(named(nested, bytesField(17, Buffer.alloc(100, 0xff))))).toMatchObject({
    items: [{ metadata: { ownerReferences: [{}] } }],
  });
});

describe("what is not a list of pods", () => {
  const honest = podListBytes([podBytes({ metadata: { name: "a", namespace: "b" }, spec: {} })]);
  const endOfRaw = honest.length - 4;

  it.each(Array.from({ length: endOfRaw }, (_, length) => length))(
    "is one of which %i bytes came",
    (length) => {
      expect(() => read(honest.subarray(0, length))).toThrow("unexpected response from the API server");
    },
  );

  const ENDLESS = Buffer.alloc(10, 0xff);
  it.each<[string, Buffer]>([
    ["JSON", Buffer.from('{"kind":"PodList","items":[]}')],
    ["another version of the envelope", Buffer.concat([Buffer.from("k8t\0"), honest.subarray(4)])],
    ["a compressed object", Buffer.concat([honest.subarray(0, endOfRaw), textField(3, "gzip")])],
    ["a number without an end", named(Buffer.concat([varint(100 * 8), ENDLESS, Buffer.from([1])]))],
    ["a length beyond the end", named(Buffer.concat([varint(1 * 8 + 2), varint(10_000)]))],
    ["a length of 2^63", named(Buffer.concat([varint(1 * 8 + 2), varint(2n ** 63n)]))],
    ["a length of 2^64 - 1", named(Buffer.concat([varint(1 * 8 + 2), varint(2n ** 64n - 1n)]))],
    [
      "a text that is longer than its message",
      podListBytes([
        Buffer.concat([varint(1 * 8 + 2), varint(3), varint(1 * 8 + 2), varint(4), Buffer.from("abcd")]),
      ]),
    ],
    ["a number where text belongs", named(numberField(1, 5))],
    ["text where a flag belongs", listOf(bytesField(2, textField(11, "true")))],
    ["a number where a message belongs", listOf(numberField(2, 5))],
    ["field 0", named(Buffer.from([0x02, 0x00]))],
    ["a field over 2^29", named(Buffer.concat([varint(2n ** 32n), Buffer.from([0])]))],
    ["the beginning of a group", named(varint(100 * 8 + 3), varint(100 * 8 + 4))],
    ["the end of a group", named(varint(100 * 8 + 4))],
    ["a type that does not exist", named(varint(100 * 8 + 6))],
    ["eight bytes of which four came", named(Buffer.concat([varint(100 * 8 + 1), Buffer.alloc(4)]))],
    ["a time after the year 9999", named(bytesField(8, numberField(1, 253_402_300_800)))],
    ["a time of 2^63 seconds", named(bytesField(8, numberField(1, 2n ** 63n)))],
  ])("is %s", (_, bytes) => {
    expect(() => read(bytes)).toThrow(
      /^list pods: unexpected response from the API server: it is not well-formed Protobuf$/,
    );
  });

  it.each([
    ["a list of another kind", objectBytes("v1", "SecretList")],
    ["an object without a kind", Buffer.concat([MAGIC, bytesField(2)])],
  ])("is %s", (_, bytes) => {
    expect(() => read(bytes)).toThrow("it is not a PodList");
  });
});

describe("a refusal", () => {
  it("is read as its JSON", () => {
    expect(statusIn(statusBytes(403, "Forbidden", "no"))).toEqual({
      message: "no",
      reason: "Forbidden",
      details: { causes: [{ reason: "ForbiddenCause" }] },
    });
  });

  it.each([Buffer.alloc(0), Buffer.from("<html>"), podListBytes([]), MAGIC])(
    "is nothing where it can't be read",
    (bytes) => {
      expect(statusIn(bytes)).toBeUndefined();
    },
  );
});

it.each([
  ["application/vnd.kubernetes.protobuf", true],
  ["Application/vnd.Kubernetes.protobuf ; charset=utf-8", true],
  ["application/vnd.kubernetes.protobuf;stream=watch", true],
  ["application/json", false],
  ["application/vnd.kubernetes.protobuffer", false],
  [undefined, false],
])("the content type %s is of Protobuf: %s", (contentType, expected) => {
  expect(isProtobuf(contentType)).toBe(expected);
});
