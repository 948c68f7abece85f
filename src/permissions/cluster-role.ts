import type { CommandName } from "./commands.ts";
import type { ClusterRight } from "./right.ts";

/** A rule of RBAC. Source: Kubernetes API reference, rbac.authorization.k8s.io/v1, PolicyRule. */
export interface RbacRule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
}

/** A ClusterRole and its binding to a group, as manifests; none where nothing is needed of the cluster. */
export function rbacManifests(
  commands: readonly CommandName[],
  rights: readonly ClusterRight[],
  group: string,
): readonly object[] {
  if (rights.length === 0) return [];
  const apiVersion = "rbac.authorization.k8s.io/v1";
  const apiGroup = "rbac.authorization.k8s.io";
  const [first] = commands;
  const name = commands.length === 1 && first !== undefined ? `irsa-${first}` : "irsa";
  return [
    { apiVersion, kind: "ClusterRole", metadata: { name }, rules: rbacRules(rights) },
    {
      apiVersion,
      kind: "ClusterRoleBinding",
      metadata: { name },
      roleRef: { apiGroup, kind: "ClusterRole", name },
      subjects: [{ apiGroup, kind: "Group", name: group }],
    },
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
