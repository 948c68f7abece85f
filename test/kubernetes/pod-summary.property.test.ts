import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fit, listOf, object } from "../../src/kubernetes/answer.ts";
import { POD_SUMMARY, toPodSummary } from "../../src/kubernetes/wire-pod-summary.ts";
import { POD } from "../../src/kubernetes/wire-pod.ts";
import { readPodList } from "../../src/kubernetes/wire-protobuf.ts";
import { isFailure } from "../../src/model/failure.ts";
import { podJson } from "./pod-json.ts";
import { bytesField, numberField, podBytes, podListBytes, varint } from "./protobuf-bytes.ts";

it("is the same of a pod that is read for it alone and of one that is read whole", () => {
  fc.assert(
    fc.property(podJson, (json) => {
      expect(toPodSummary(fit("pod", json, POD_SUMMARY))).toEqual(toPodSummary(fit("pod", json, POD)));
    }),
  );
});

/** As the API server's JSON has it: without what is empty. */
function served(json: unknown): unknown {
  return JSON.parse(
    JSON.stringify(json, (_, value: unknown) =>
      value === "" || value === false || value === null ? undefined : value,
    ),
  );
}

/** Pods that have what every pod has. */
const pods = fc
  .array(
    podJson.filter(
      ({ metadata, spec }) => !!metadata.name && !!metadata.namespace && spec.containers.length > 0,
    ),
  )
  .map((list) => list.map(served));

/** Fields that nobody reads, of each type of the wire format. */
const unread = fc.oneof(
  fc
    .record({ field: fc.integer({ min: 100, max: 2 ** 29 - 1 }), value: fc.maxSafeNat() })
    .map(({ field, value }) => numberField(field, value)),
  fc
    .record({ field: fc.integer({ min: 100, max: 2 ** 29 - 1 }), value: fc.uint8Array() })
    .map(({ field, value }) => bytesField(field, Buffer.from(value))),
  fc.uint8Array({ minLength: 8, maxLength: 8 }).map((value) => Buffer.concat([varint(100 * 8 + 1), value])),
  fc.uint8Array({ minLength: 4, maxLength: 4 }).map((value) => Buffer.concat([varint(100 * 8 + 5), value])),
);

const LIST = object({ items: listOf((item) => toPodSummary(POD_SUMMARY(item))) });
const summariesIn = (bytes: Buffer) => fit("list pods", bytes, () => LIST(readPodList(bytes))).items;

/** Puts the one field after the other between those that are read. */
function cycling(fields: readonly Buffer[]): () => Buffer {
  let at = 0;
  return () => fields[at++ % fields.length] ?? Buffer.alloc(0);
}

describe("Protobuf of a list of pods", () => {
  it("gives what its JSON gives, whatever else stands in it", () => {
    fc.assert(
      fc.property(pods, fc.array(unread, { maxLength: 5 }), (list, more) => {
        const between = cycling(more);
        const bytes = podListBytes(list.map((pod) => podBytes(pod, between)));
        const ofJson = fit("list pods", { items: list }, LIST).items;
        expect(summariesIn(bytes)).toEqual(ofJson);
      }),
    );
  });

  it("is told to be malformed, whatever has happened to it, and never fails otherwise", () => {
    fc.assert(
      fc.property(
        pods,
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
        fc.nat(),
        (list, changes, cut) => {
          const bytes = podListBytes(list.map((pod) => podBytes(pod)));
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          const end = cut % 3 === 0 ? cut % bytes.length : bytes.length;
          try {
            expect(Array.isArray(summariesIn(bytes.subarray(0, end)))).toBe(true);
          } catch (error) {
            if (!isFailure(error, "unexpected-answer")) throw error;
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
