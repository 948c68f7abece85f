import { expect, it } from "vitest";
import type { Connection } from "../../src/kubernetes/connection.ts";
import { leaseAdapter } from "../../src/kubernetes/leases.ts";
import { parseLeasePath } from "../../src/model/lease.ts";
import { right } from "../fakes/values.ts";

/** An API server that has nothing, not even the namespace. */
const EMPTY: Connection = {
  server: "https://server",
  identity: { by: "aws" },
  send: async () => ({ status: 404, body: { message: 'namespaces "irsa" not found' } }),
  open: async () => Promise.reject(new Error("not expected")),
  pass: async () => Promise.reject(new Error("not expected")),
  close: () => undefined,
};

it("names the namespace where there is none for a Lease", async () => {
  const leases = leaseAdapter(EMPTY);
  const lease = right(parseLeasePath("irsa/irsa-watch"));
  expect(await leases.getLease(lease)).toBeUndefined();
  await expect(leases.createLease(lease, { holder: "one", seconds: 15, transitions: 0 })).rejects.toThrow(
    "namespace 'irsa' not found",
  );
});
