import { describe, expect, it } from "vitest";
import { fit } from "../../src/kubernetes/answer.ts";
import { KEYED_OBJECT, keyNamesOf } from "../../src/kubernetes/wire-keys.ts";

function namesOf(managedFields?: readonly object[]): readonly string[] {
  return keyNamesOf("get secret shop/keys", fit("get secret", { metadata: { managedFields } }, KEYED_OBJECT));
}

describe("the names of a ConfigMap's or Secret's keys", () => {
  it("are the fields that any manager has set", () => {
    const managedFields = [
      {
        manager: "kubectl-create",
        fieldsV1: { "f:data": { ".": {}, "f:B": {}, "f:tls.crt": {} }, "f:type": {} },
      },
      { manager: "helm", fieldsV1: { "f:stringData": { "f:A": {} }, "f:binaryData": { "f:B": {} } } },
      { manager: "labels", fieldsV1: { "f:metadata": { "f:labels": { "f:AWS_ACCESS_KEY_ID": {} } } } },
    ];
    expect(namesOf(managedFields)).toEqual(["A", "B", "tls.crt"]);
  });

  it("are none where fields are tracked and no key is among them", () => {
    expect(namesOf([{ fieldsV1: { "f:type": {} } }])).toEqual([]);
  });

  it.each([[undefined], [[]], [[{}]], [[{ fieldsV1: null }]]])(
    "are unknown where none is tracked: %j",
    (fields) => {
      expect(() => namesOf(fields)).toThrow(expect.objectContaining({ code: "keys-untracked" }) as Error);
    },
  );
});
