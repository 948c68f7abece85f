import { systemUser } from "./auth/user.ts";
import type { PolicyRule } from "./model/kinds.ts";
import type { KubeObject } from "./model/object.ts";
import {
  CLUSTER_ROLE_BINDINGS,
  CLUSTER_ROLES,
  groupVersionOf,
  NAMESPACES,
  NODES,
  RESOURCES,
  type Resource,
} from "./model/resources.ts";
import type { Writer } from "./writer.ts";

/** Fills a new cluster with what every cluster has; `nodeName` is its one node. */
export async function seed(writer: Writer, nodeName: string): Promise<void> {
  const options = { user: systemUser("apiserver"), dryRun: false, manager: "kube-apiserver" };
  const names = ["default", "kube-system", "kube-public", "kube-node-lease"];
  for (const name of names) await writer.create(NAMESPACES, object(NAMESPACES, name), options);
  const bare = await writer.create(NODES, node(nodeName), options);
  await writer.update(
    NODES,
    bare,
    { ...bare, status: nodeStatus(nodeName) },
    { ...options, subresource: "status" },
  );
  for (const [name, { rules, groups }] of Object.entries(ROLES)) {
    await writer.create(CLUSTER_ROLES, object(CLUSTER_ROLES, name, { rules }), options);
    if (groups.length > 0) await writer.create(CLUSTER_ROLE_BINDINGS, binding(name, groups), options);
  }
}

function object<T extends KubeObject>(resource: Resource<T>, name: string, fields: object = {}): T {
  return {
    apiVersion: groupVersionOf(resource),
    kind: resource.kind,
    metadata: { name },
    ...fields,
  } as unknown as T;
}

function node(name: string): KubeObject {
  const labels = {
    "kubernetes.io/hostname": name,
    "kubernetes.io/os": "linux",
    "kubernetes.io/arch": "amd64",
  };
  return { apiVersion: "v1", kind: "Node", metadata: { name, labels }, spec: {} };
}

function nodeStatus(name: string) {
  return {
    addresses: [
      { type: "InternalIP", address: "10.0.0.10" },
      { type: "Hostname", address: name },
    ],
    conditions: [
      { type: "Ready", status: "True", reason: "KubeletReady", message: "kubelet is posting ready status" },
    ],
    nodeInfo: { operatingSystem: "linux", architecture: "amd64" },
  };
}

function binding(name: string, groups: readonly string[]) {
  const apiGroup = "rbac.authorization.k8s.io";
  return {
    ...object(CLUSTER_ROLE_BINDINGS, name),
    roleRef: { apiGroup, kind: "ClusterRole", name },
    subjects: groups.map((group) => ({ apiGroup, kind: "Group", name: group })),
  };
}

const READ = ["get", "list", "watch"];
const WRITE = ["create", "delete", "deletecollection", "patch", "update"];
const HEALTH = ["/healthz", "/livez", "/readyz", "/version", "/version/"];
const DISCOVERY = ["/api", "/api/*", "/apis", "/apis/*", "/openapi", "/openapi/*"];
const ISSUER = ["/.well-known/openid-configuration", "/openid/v1/jwks"];

/** What the namespaced roles speak of, but for the secrets and the roles themselves. */
const WORK: readonly PolicyRule[] = rulesOn(READ, ({ group, plural, namespaced }) => {
  const isOpen = namespaced && plural !== "secrets" && group !== "rbac.authorization.k8s.io";
  return isOpen || plural === "namespaces";
});
const CHANGES: readonly PolicyRule[] = [
  ...rulesOn([...READ, ...WRITE], ({ group, plural, namespaced }) => {
    return namespaced && plural !== "events" && group !== "rbac.authorization.k8s.io";
  }),
  { verbs: ["impersonate"], apiGroups: [""], resources: ["serviceaccounts"] },
  { verbs: ["create"], apiGroups: [""], resources: ["serviceaccounts/token"] },
];

/** The default ClusterRoles that matter here, and the groups that have them. Source: Kubernetes documentation, RBAC. */
const ROLES: Readonly<
  Record<string, { readonly rules: readonly PolicyRule[]; readonly groups: readonly string[] }>
> = {
  "cluster-admin": {
    rules: [
      { verbs: ["*"], apiGroups: ["*"], resources: ["*"] },
      { verbs: ["*"], nonResourceURLs: ["*"] },
    ],
    groups: ["system:masters"],
  },
  admin: {
    rules: [
      ...WORK,
      ...CHANGES,
      ...rulesOn([...READ, ...WRITE], ({ plural }) => /^role(binding)?s$/.test(plural)),
    ],
    groups: [],
  },
  edit: { rules: [...WORK, ...CHANGES], groups: [] },
  view: { rules: WORK, groups: [] },
  "system:basic-user": {
    rules: [
      {
        verbs: ["create"],
        apiGroups: ["authorization.k8s.io"],
        resources: ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
      },
      { verbs: ["create"], apiGroups: ["authentication.k8s.io"], resources: ["selfsubjectreviews"] },
    ],
    groups: ["system:authenticated"],
  },
  "system:discovery": {
    rules: [{ verbs: ["get"], nonResourceURLs: [...DISCOVERY, ...HEALTH] }],
    groups: ["system:authenticated"],
  },
  "system:public-info-viewer": {
    rules: [{ verbs: ["get"], nonResourceURLs: HEALTH }],
    groups: ["system:authenticated", "system:unauthenticated"],
  },
  "system:service-account-issuer-discovery": {
    rules: [{ verbs: ["get"], nonResourceURLs: ISSUER.flatMap((path) => [path, `${path}/`]) }],
    groups: ["system:serviceaccounts"],
  },
};

function rulesOn(verbs: readonly string[], isMeant: (resource: Resource) => boolean): readonly PolicyRule[] {
  const meant = RESOURCES.filter(isMeant);
  return [...new Set(meant.map(({ group }) => group))].map((group) => ({
    verbs,
    apiGroups: [group],
    resources: meant.filter((resource) => resource.group === group).map(({ plural }) => plural),
  }));
}
