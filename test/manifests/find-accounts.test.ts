import { describe, expect, it } from "vitest";
import { findAccounts } from "../../src/manifests/find-accounts.ts";
import { readManifests } from "../../src/manifests/read-manifests.ts";

function found(text: string) {
  const read = readManifests(text);
  if (!read.ok) throw new Error(read.problem);
  return findAccounts(read.value);
}

describe("the ServiceAccounts of a file", () => {
  it("are found in every document, with their lines", () => {
    const text = `kind: ServiceAccount
metadata: { namespace: shop, name: cart }
---
# web's own
kind: ServiceAccount
metadata:
  name: web
`;
    expect(found(text)).toEqual([
      { namespace: "shop", name: "cart", line: 1 },
      { namespace: undefined, name: "web", line: 5 },
    ]);
  });

  it("are found in lists and in JSON", () => {
    const item = { kind: "ServiceAccount", metadata: { namespace: "shop", name: "cart" } };
    expect(found(JSON.stringify({ kind: "List", items: [item] }, null, 1))).toEqual([
      { namespace: "shop", name: "cart", line: 4 },
    ]);
  });

  it.each([
    ["another kind", "kind: Deployment\nmetadata: { name: cart }"],
    ["no name", "kind: ServiceAccount\nmetadata: { generateName: cart- }"],
    ["no metadata", "kind: ServiceAccount"],
    ["no mapping", "- 1"],
    ["nothing", ""],
  ])("are none in %s", (_, text) => {
    expect(found(text)).toEqual([]);
  });
});
