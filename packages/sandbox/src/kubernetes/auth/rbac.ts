import type { PolicyRule, RoleBinding, Subject } from "../model/kinds.ts";
import { CLUSTER_ROLE_BINDINGS, CLUSTER_ROLES, ROLE_BINDINGS, ROLES } from "../model/resources.ts";
import type { Store } from "../store.ts";
import { MASTERS, type User } from "./user.ts";

/** What someone wants to do: a verb on a resource, or on a path. */
export type Attributes = ResourceAttributes | { readonly verb: string; readonly path: string };

/** A verb on a resource, as RBAC sees it. */
export interface ResourceAttributes {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  /** Absent at the cluster scope. */
  readonly namespace?: string;
  readonly name?: string;
}

/** Whether it is allowed, and what allows it. */
export interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
}

/** Judges by the Roles and bindings of the cluster. Source: Kubernetes documentation, "Using RBAC Authorization". */
export function authorize(store: Store, user: User, attributes: Attributes): Decision {
  if (user.groups.includes(MASTERS)) return { allowed: true, reason: "" };
  const namespace = "path" in attributes ? undefined : attributes.namespace;
  const grant = grants(store, user, namespace).find(({ rule }) => covers(rule, attributes));
  return { allowed: grant !== undefined, reason: grant?.reason ?? "" };
}

/** The rules that hold for a user: cluster-wide, and in a namespace when one is given. */
export function rulesFor(store: Store, user: User, namespace?: string): readonly PolicyRule[] {
  return grants(store, user, namespace).map(({ rule }) => rule);
}

interface Grant {
  readonly rule: PolicyRule;
  readonly reason: string;
}

function grants(store: Store, user: User, namespace: string | undefined): readonly Grant[] {
  const bindings = [
    ...store.list(CLUSTER_ROLE_BINDINGS),
    ...(namespace === undefined ? [] : store.list(ROLE_BINDINGS, namespace)),
  ];
  return bindings.flatMap((binding) => {
    const subject = (binding.subjects ?? []).find((candidate) => isSubject(user, candidate));
    if (subject === undefined) return [];
    return rulesOf(store, binding).map((rule) => ({ rule, reason: reasonOf(binding, subject) }));
  });
}

function rulesOf(
  store: Store,
  { roleRef, metadata: { namespace = "" } }: RoleBinding,
): readonly PolicyRule[] {
  const role =
    roleRef.kind === "ClusterRole"
      ? store.get(CLUSTER_ROLES, "", roleRef.name)
      : store.get(ROLES, namespace, roleRef.name);
  return role?.rules ?? [];
}

function isSubject(user: User, { kind, name, namespace }: Subject): boolean {
  switch (kind) {
    case "User":
      return user.username === name;
    case "Group":
      return user.groups.includes(name);
    case "ServiceAccount":
      return user.username === `system:serviceaccount:${namespace ?? ""}:${name}`;
    default:
      return false;
  }
}

function reasonOf(binding: RoleBinding, subject: Subject): string {
  const { kind, metadata, roleRef } = binding;
  const name = metadata.namespace === undefined ? metadata.name : `${metadata.name}/${metadata.namespace}`;
  const whom =
    subject.kind === "ServiceAccount" ? `${subject.name}/${subject.namespace ?? ""}` : subject.name;
  return `RBAC: allowed by ${kind} "${name}" of ${roleRef.kind} "${roleRef.name}" to ${subject.kind} "${whom}"`;
}

function covers(rule: PolicyRule, attributes: Attributes): boolean {
  if (!includes(rule.verbs, attributes.verb)) return false;
  if ("path" in attributes)
    return (rule.nonResourceURLs ?? []).some((url) => matchesUrl(url, attributes.path));
  const { resource, subresource, group, name = "" } = attributes;
  const { resourceNames = [] } = rule;
  return (
    includes(rule.apiGroups, group) &&
    coversResource(rule.resources ?? [], resource, subresource) &&
    (resourceNames.length === 0 || resourceNames.includes(name))
  );
}

function coversResource(rules: readonly string[], resource: string, subresource?: string): boolean {
  if (subresource === undefined) return includes(rules, resource);
  return includes(rules, `${resource}/${subresource}`) || rules.includes(`*/${subresource}`);
}

function includes(list: readonly string[] | undefined, value: string): boolean {
  return list?.includes(value) === true || list?.includes("*") === true;
}

function matchesUrl(url: string, path: string): boolean {
  return url.endsWith("*") ? path.startsWith(url.slice(0, -1)) : url === path;
}
