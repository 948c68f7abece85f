import {
  parseServiceAccountPath,
  type NamespaceName,
  type ServiceAccountName,
} from "./service-account-ref.ts";
import { invalid, valid, type Parsed } from "./problems.ts";

/** A Lease of the Kubernetes API, by which replicas agree on one of them; its name has the form of a ServiceAccount's. */
export interface LeaseRef {
  readonly namespace: NamespaceName;
  readonly name: ServiceAccountName;
}

/** What is in it. Source: Kubernetes API reference, coordination.k8s.io/v1, LeaseSpec. */
export interface LeaseRecord {
  /** Empty when nobody holds it. */
  readonly holder: string;
  /** How long it holds unless it is renewed. */
  readonly seconds: number;
  /** As Kubernetes writes a MicroTime. */
  readonly acquiredAt?: string;
  readonly renewedAt?: string;
  /** How often the holder has changed. */
  readonly transitions: number;
}

/** A Lease as it was read. */
export interface HeldLease {
  readonly record: LeaseRecord;
  readonly version: string;
}

/** A Lease as `namespace/name`. */
export function parseLeasePath(text: string): Parsed<LeaseRef> {
  const parsed = parseServiceAccountPath(text);
  return parsed.ok
    ? valid(parsed.value)
    : invalid("is not a valid Lease; use NAMESPACE/NAME, such as irsa/irsa-watch");
}

/** `namespace/name`, as `parseLeasePath` reads it. */
export function leasePath({ namespace, name }: LeaseRef): string {
  return `${namespace}/${name}`;
}

/** A time as Kubernetes' MicroTime, with six digits. */
export function microTime(time: Date): string {
  return time.toISOString().replace("Z", "000Z");
}
