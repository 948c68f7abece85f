import { describe, expect, it } from "vitest";
import { findServiceAccounts } from "../../src/manifests/find-service-accounts.ts";
import { readManifests } from "../../src/manifests/read-manifests.ts";

function found(text: string) {
  const read = readManifests(text);
  if (!read.ok) throw new Error(read.problem);
  return findServiceAccounts(read.value);
}

describe("the ServiceAccounts of a file", () => {
  it("are found in every document, with the lines of their roles, or their names", () => {
    const text = `kind: ServiceAccount
metadata: { namespace: shop, name: cart }
---
# web's own
kind: ServiceAccount
metadata:
  labels: { name: other }
  name: web
---
kind: ServiceAccount
metadata:
  name: till
  annotations:
    team: shop
    eks.amazonaws.com/role-arn: arn:aws:iam::111122223333:role/till
`;
    expect(found(text)).toEqual([
      { namespace: "shop", name: "cart", line: 2 },
      { namespace: undefined, name: "web", line: 8 },
      { namespace: undefined, name: "till", line: 15 },
    ]);
  });

  it("are found in lists and in JSON", () => {
    const item = { kind: "ServiceAccount", metadata: { namespace: "shop", name: "cart" } };
    expect(found(JSON.stringify({ kind: "List", items: [item] }, null, 1))).toEqual([
      { namespace: "shop", name: "cart", line: 8 },
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
