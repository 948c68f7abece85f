import type { Brand } from "./brand.ts";
import { invalid, valid, type Parsed } from "./problems.ts";

/** Names of Kubernetes that have been parsed. */
export type NamespaceName = Brand<"NamespaceName">;
export type ServiceAccountName = Brand<"ServiceAccountName">;

/** A ServiceAccount by namespace and name. */
export interface ServiceAccountRef {
  readonly namespace: NamespaceName;
  readonly name: ServiceAccountName;
}

const LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

/** A namespace's name. Source: Kubernetes, "Object Names and IDs" (RFC 1123 label, at most 63 characters). */
export function parseNamespaceName(text: string): Parsed<NamespaceName> {
  if (text.length > 63) return invalid(`has ${text.length} characters; a namespace has at most 63`);
  if (LABEL.test(text)) return valid(text as NamespaceName);
  return invalid(`is no namespace: ${allowed("a-z, 0-9 and '-'")}`);
}

/** A ServiceAccount's name. Source: Kubernetes, "Object Names and IDs" (RFC 1123 subdomain, at most 253). */
export function parseServiceAccountName(text: string): Parsed<ServiceAccountName> {
  if (text.length > 253)
    return invalid(`has ${text.length} characters; a ServiceAccount's name has at most 253`);
  if (SUBDOMAIN.test(text)) return valid(text as ServiceAccountName);
  return invalid(`is no ServiceAccount name: ${allowed("a-z, 0-9, '-' and '.'")}`);
}

function allowed(characters: string): string {
  return `Kubernetes allows ${characters}, with a letter or digit at both ends`;
}

/** `namespace/name`, as kubectl and eksctl write it. */
export function accountPath(ref: ServiceAccountRef): string {
  return `${ref.namespace}/${ref.name}`;
}

/** The `sub` of the account's tokens. Source: Kubernetes, "Authenticating" (service account tokens). */
export function subjectOf(ref: ServiceAccountRef): string {
  return `system:serviceaccount:${ref.namespace}:${ref.name}`;
}
