import { Failure } from "../model/failure.ts";
import { leasePath, type HeldLease, type LeaseRecord, type LeaseRef } from "../model/lease.ts";
import { number, object, optional, text } from "./answer.ts";
import { callerOn } from "./caller.ts";
import type { Connection } from "./connection.ts";
import type { LeasePort } from "./port.ts";

const API_VERSION = "coordination.k8s.io/v1";

const LEASE = object({
  metadata: object({ resourceVersion: text }),
  spec: optional(
    object({
      holderIdentity: optional(text),
      leaseDurationSeconds: optional(number),
      acquireTime: optional(text),
      renewTime: optional(text),
      leaseTransitions: optional(number),
    }),
  ),
});

/** Leases on a connection. */
export function leaseAdapter(connection: Connection): LeasePort {
  const api = callerOn(connection);
  return {
    async getLease(ref) {
      const call = { method: "GET", path: leaseUrl(ref) } as const;
      const found = await api.orAbsent(`get lease ${leasePath(ref)}`, call, LEASE);
      return found && heldLease(found);
    },
    async createLease(ref, record) {
      const call = { method: "POST", path: leasesUrl(ref), body: bodyOf(ref, record) } as const;
      const created = await api.orAbsent(`create lease ${leasePath(ref)}`, call, LEASE);
      if (created === undefined)
        throw new Failure("refused", "gone", `namespace '${ref.namespace}' not found`);
      return heldLease(created);
    },
    async replaceLease(ref, record, version) {
      const call = { method: "PUT", path: leaseUrl(ref), body: bodyOf(ref, record, version) } as const;
      return heldLease(await api(`update lease ${leasePath(ref)}`, call, LEASE));
    },
  };
}

function leasesUrl({ namespace }: LeaseRef): string {
  return `/apis/${API_VERSION}/namespaces/${namespace}/leases`;
}

function leaseUrl(ref: LeaseRef): string {
  return `${leasesUrl(ref)}/${ref.name}`;
}

function heldLease({ metadata, spec = {} }: ReturnType<typeof LEASE>): HeldLease {
  const {
    holderIdentity = "",
    leaseDurationSeconds = 0,
    acquireTime,
    renewTime,
    leaseTransitions = 0,
  } = spec;
  return {
    version: metadata.resourceVersion,
    record: {
      holder: holderIdentity,
      seconds: leaseDurationSeconds,
      ...(acquireTime !== undefined && { acquiredAt: acquireTime }),
      ...(renewTime !== undefined && { renewedAt: renewTime }),
      transitions: leaseTransitions,
    },
  };
}

function bodyOf({ namespace, name }: LeaseRef, record: LeaseRecord, resourceVersion?: string): object {
  const { holder, seconds, acquiredAt, renewedAt, transitions } = record;
  return {
    apiVersion: API_VERSION,
    kind: "Lease",
    metadata: { namespace, name, ...(resourceVersion !== undefined && { resourceVersion }) },
    spec: {
      holderIdentity: holder,
      leaseDurationSeconds: seconds,
      ...(acquiredAt !== undefined && { acquireTime: acquiredAt }),
      ...(renewedAt !== undefined && { renewTime: renewedAt }),
      leaseTransitions: transitions,
    },
  };
}
