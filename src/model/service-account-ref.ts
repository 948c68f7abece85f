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
  return invalid(`is not a valid namespace: ${allowed("a-z, 0-9 and '-'")}`);
}

/** A ServiceAccount's name. Source: Kubernetes, "Object Names and IDs" (RFC 1123 subdomain, at most 253). */
export function parseServiceAccountName(text: string): Parsed<ServiceAccountName> {
  if (text.length > 253)
    return invalid(`has ${text.length} characters; a ServiceAccount's name has at most 253`);
  if (SUBDOMAIN.test(text)) return valid(text as ServiceAccountName);
  return invalid(`is not a valid ServiceAccount name: ${allowed("a-z, 0-9, '-' and '.'")}`);
}

function allowed(characters: string): string {
  return `Kubernetes allows ${characters}, with a letter or digit at both ends`;
}

/** `namespace/name`, as kubectl and eksctl write it. */
export function serviceAccountPath(ref: ServiceAccountRef): string {
  return `${ref.namespace}/${ref.name}`;
}

/** The `sub` of the ServiceAccount's tokens. Source: Kubernetes, "Authenticating" (service account tokens). */
export function subjectOf(ref: ServiceAccountRef): string {
  return `system:serviceaccount:${ref.namespace}:${ref.name}`;
}

/** The ServiceAccount that a token's `sub` speaks of; inverse of `subjectOf`. */
export function parseSubject(text: string): Parsed<ServiceAccountRef> {
  const [namespace = "", name = "", ...more] = text.startsWith(SUBJECT)
    ? text.slice(SUBJECT.length).split(":")
    : [];
  const [parsedNamespace, parsedName] = [parseNamespaceName(namespace), parseServiceAccountName(name)];
  if (more.length === 0 && parsedNamespace.ok && parsedName.ok)
    return valid({ namespace: parsedNamespace.value, name: parsedName.value });
  return invalid(`is not a valid ServiceAccount subject; an example is ${SUBJECT}shop:cart`);
}

const SUBJECT = "system:serviceaccount:";

/** A ServiceAccount as `namespace/name`; inverse of `accountPath`. */
export function parseServiceAccountPath(text: string): Parsed<ServiceAccountRef> {
  const [namespace = "", name = "", ...more] = text.split("/");
  if (more.length > 0 || !text.includes("/"))
    return invalid("is not a valid ServiceAccount; use NAMESPACE/NAME");
  const [parsedNamespace, parsedName] = [parseNamespaceName(namespace), parseServiceAccountName(name)];
  if (!parsedNamespace.ok) return invalid(`'${namespace}' ${parsedNamespace.problem}`);
  if (!parsedName.ok) return invalid(`'${name}' ${parsedName.problem}`);
  return valid({ namespace: parsedNamespace.value, name: parsedName.value });
}

/** The ServiceAccount that every cluster has, and that pods run with which name none. */
export const DEFAULT_SERVICE_ACCOUNT = { namespace: "default", name: "default" } as ServiceAccountRef;
