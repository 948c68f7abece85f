import type { CommandName } from "./commands.ts";
import { CLUSTER_SCOPED, type ClusterRight } from "./right.ts";

/** A rule of RBAC. Source: Kubernetes API reference, rbac.authorization.k8s.io/v1, PolicyRule. */
export interface RbacRule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  /** The objects that it is about alone; any, where it is absent. */
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
}

/** Whom the manifests are for, and where. */
export interface RbacTarget {
  readonly commands: readonly CommandName[];
  /** The Kubernetes group that the roles are bound to. */
  readonly group: string;
  /** The namespaces that the rights are narrowed to; the whole cluster where there is none. */
  readonly namespaces: readonly string[];
}

/**
 * Roles and their bindings to a group, as manifests; none where nothing is needed of the cluster. With namespaces there is a
 * Role in each, and a ClusterRole for what is in no namespace, of these alone.
 */
export function rbacManifests(rights: readonly ClusterRight[], target: RbacTarget): readonly object[] {
  const { namespaces } = target;
  const granted = rights.filter((right) => !isGetOfSecrets(right));
  if (namespaces.length === 0) return roleAndBinding(target, rbacRules(granted));
  const inNamespaces = granted.filter(({ resource }) => !isClusterScoped(resource));
  const elsewhere = granted.filter(
    (right) => isClusterScoped(right.resource) && !isCreationOfNamespaces(right),
  );
  return [
    ...namespaces.flatMap((namespace) => roleAndBinding(target, rbacRules(inNamespaces), namespace)),
    ...roleAndBinding(target, [
      ...rbacRules(elsewhere.filter(isOfNamespaces)).map((rule) => ({ ...rule, resourceNames: namespaces })),
      ...rbacRules(elsewhere.filter((right) => !isOfNamespaces(right))),
    ]),
  ];
}

/** What a reader should know of the manifests, in sentences. */
export function rbacNotes(rights: readonly ClusterRight[], namespaces: readonly string[]): string[] {
  const texts = new Set(rights.map(({ verb, resource }) => `${verb} ${resource}`));
  const secrets = texts.has("get secrets")
    ? [
        "'get secrets' is left out, since RBAC can't limit it to the names of keys. Without it, verify warns where a container has variables from a Secret.",
      ]
    : [];
  if (namespaces.length > 0)
    return texts.has("create namespaces")
      ? [
          ...secrets,
          "'create namespaces' is left out, since RBAC can't limit it to some namespaces: create them beforehand.",
        ]
      : secrets;
  const powerful = AMOUNT_TO_ALL.filter((one) => texts.has(one));
  return powerful.length === 0
    ? secrets
    : [
        ...secrets,
        `In every namespace, '${powerful.join("', '")}' ${powerful.length === 1 ? "gives" : "give"} the permissions of every ServiceAccount. To limit it: --namespace`,
      ];
}

/** Whoever may get a Secret may read its values: that is not worth a warning less. */
function isGetOfSecrets({ verb, resource }: ClusterRight): boolean {
  return verb === "get" && resource === "secrets";
}

/** Rights by which pods or tokens of any ServiceAccount can be had. */
const AMOUNT_TO_ALL = ["create serviceaccounts/token", "create pods", "patch deployments"];

function isClusterScoped(resource: string): boolean {
  return CLUSTER_SCOPED.has(resource) || resource.startsWith("/");
}

function isCreationOfNamespaces({ verb, resource }: ClusterRight): boolean {
  return verb === "create" && resource === "namespaces";
}

function isOfNamespaces({ resource }: ClusterRight): boolean {
  return resource === "namespaces";
}

function roleAndBinding(
  { commands, group }: RbacTarget,
  rules: readonly RbacRule[],
  namespace?: string,
): readonly object[] {
  const [first] = commands;
  const name = commands.length === 1 && first !== undefined ? `irsa-${first}` : "irsa";
  const metadata = { name, ...(namespace !== undefined && { namespace }) };
  return boundRole(metadata, rules, [{ apiGroup: API_GROUP, kind: "Group", name: group }]);
}

const API_GROUP = "rbac.authorization.k8s.io";

/** A Role, or without a namespace a ClusterRole, and its binding; neither where there are no rules. */
export function boundRole<Metadata extends { readonly name: string; readonly namespace?: string }>(
  metadata: Metadata,
  rules: readonly RbacRule[],
  subjects: readonly object[],
) {
  if (rules.length === 0) return [];
  const apiVersion = `${API_GROUP}/v1`;
  const kind = metadata.namespace === undefined ? "ClusterRole" : "Role";
  const roleRef = { apiGroup: API_GROUP, kind, name: metadata.name };
  return [
    { apiVersion, kind, metadata, rules },
    { apiVersion, kind: `${kind}Binding`, metadata, roleRef, subjects },
  ];
}

/** The rules that allow these rights and no more: resources of a group that take the same verbs share one. */
export function rbacRules(rights: readonly ClusterRight[]): readonly RbacRule[] {
  const verbs = new Map<string, string[]>();
  for (const { group, resource, verb } of rights) {
    const key = `${group} ${resource}`;
    verbs.set(key, [...(verbs.get(key) ?? []), verb]);
  }
  const shared = new Map<string, { group: string; resources: string[]; verbs: readonly string[] }>();
  for (const [key, list] of verbs) {
    const [group = "", resource = ""] = key.split(" ");
    const sorted = [...new Set(list)].toSorted();
    const kind = resource.startsWith("/") ? "path" : group;
    const rule = shared.get(`${kind} ${sorted.join()}`) ?? { group, resources: [], verbs: sorted };
    rule.resources.push(resource);
    shared.set(`${kind} ${sorted.join()}`, rule);
  }
  return [...shared.values()].map(({ group, resources, verbs: allowed }) =>
    resources[0]?.startsWith("/") === true
      ? { nonResourceURLs: resources, verbs: allowed }
      : { apiGroups: [group], resources, verbs: allowed },
  );
}
