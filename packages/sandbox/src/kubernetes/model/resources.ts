import type { KubeObject } from "./object.ts";
import type {
  ConfigMap,
  Event,
  Namespace,
  Pod,
  Role,
  RoleBinding,
  Rollout,
  ServiceAccount,
  WebhookConfiguration,
  Workload,
} from "./kinds.ts";

/** A resource of the API; every one is served in one version. `T` is the type of its objects. */
export interface Resource<T extends KubeObject = KubeObject> {
  /** `""` is the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** Beside the resource itself: `status`, `token`. */
  readonly subresources: readonly string[];
  readonly verbs: readonly string[];
  /** How its names are checked. */
  readonly naming: "subdomain" | "label" | "path";
  /** Whether DELETE answers with the object; else with a Status. */
  readonly deleteReturnsObject: boolean;
  /** Only for the type checker: never there. */
  readonly type?: T;
}

type Options = Partial<
  Pick<
    Resource,
    "shortNames" | "categories" | "subresources" | "naming" | "namespaced" | "deleteReturnsObject"
  >
>;

const STORED = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

function define<T extends KubeObject = KubeObject>(
  groupVersion: string,
  kind: string,
  plural: string,
  options: Options = {},
): Resource<T> {
  const [version = "", group = ""] = groupVersion.split("/").toReversed();
  return {
    group,
    version,
    kind,
    plural,
    namespaced: true,
    shortNames: [],
    categories: [],
    subresources: [],
    verbs: STORED,
    naming: "subdomain",
    deleteReturnsObject: false,
    ...options,
  };
}

const cluster = { namespaced: false } as const;
const scaled = { subresources: ["status", "scale"], categories: ["all"] } as const;
const status = { subresources: ["status"], categories: ["all"] } as const;

/** The resources that are served, by what `kubectl api-resources` calls them. */
export const NAMESPACES = define<Namespace>("v1", "Namespace", "namespaces", {
  ...cluster,
  naming: "label",
  shortNames: ["ns"],
  subresources: ["status"],
  deleteReturnsObject: true,
});
export const SERVICE_ACCOUNTS = define<ServiceAccount>("v1", "ServiceAccount", "serviceaccounts", {
  shortNames: ["sa"],
  subresources: ["token"],
  deleteReturnsObject: true,
});
export const PODS = define<Pod>("v1", "Pod", "pods", {
  ...status,
  shortNames: ["po"],
  deleteReturnsObject: true,
});
export const EVENTS = define<Event>("v1", "Event", "events", { shortNames: ["ev"] });
export const CONFIG_MAPS = define<ConfigMap>("v1", "ConfigMap", "configmaps", { shortNames: ["cm"] });
export const SECRETS = define("v1", "Secret", "secrets");
export const NODES = define("v1", "Node", "nodes", {
  ...cluster,
  shortNames: ["no"],
  subresources: ["status"],
});
export const DEPLOYMENTS = define<Workload>("apps/v1", "Deployment", "deployments", {
  ...scaled,
  shortNames: ["deploy"],
});
export const DAEMON_SETS = define<Workload>("apps/v1", "DaemonSet", "daemonsets", {
  ...status,
  shortNames: ["ds"],
});
export const STATEFUL_SETS = define<Workload>("apps/v1", "StatefulSet", "statefulsets", {
  ...scaled,
  shortNames: ["sts"],
});
export const REPLICA_SETS = define<Workload>("apps/v1", "ReplicaSet", "replicasets", {
  ...scaled,
  shortNames: ["rs"],
});
export const JOBS = define<Workload>("batch/v1", "Job", "jobs", status);
export const CRON_JOBS = define("batch/v1", "CronJob", "cronjobs", { ...status, shortNames: ["cj"] });
/** Of Argo Rollouts, as if its CustomResourceDefinition had been applied. */
export const ROLLOUTS = define<Rollout>("argoproj.io/v1alpha1", "Rollout", "rollouts", {
  ...scaled,
  shortNames: ["ro"],
});
/** Of Karpenter and EKS Auto Mode, likewise: kept, and no node is made of them. */
const EC2_NODE_CLASSES = define("karpenter.k8s.aws/v1", "EC2NodeClass", "ec2nodeclasses", {
  ...cluster,
  shortNames: ["ec2nc", "ec2ncs"],
  categories: ["karpenter"],
  subresources: ["status"],
});
const NODE_CLASSES = define("eks.amazonaws.com/v1", "NodeClass", "nodeclasses", {
  ...cluster,
  subresources: ["status"],
});
export const MUTATING_WEBHOOKS = define<WebhookConfiguration>(
  "admissionregistration.k8s.io/v1",
  "MutatingWebhookConfiguration",
  "mutatingwebhookconfigurations",
  cluster,
);
/** Kept and not acted on: what a Deployment has beside it, and Leases. */
const SERVICES = define("v1", "Service", "services", {
  shortNames: ["svc"],
  deleteReturnsObject: true,
});
const NEW_EVENTS = define("events.k8s.io/v1", "Event", "events", { shortNames: ["ev"] });
const LEASES = define("coordination.k8s.io/v1", "Lease", "leases");
const NETWORK_POLICIES = define("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies", {
  shortNames: ["netpol"],
});
const DISRUPTION_BUDGETS = define("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets", {
  shortNames: ["pdb"],
  subresources: ["status"],
});
const RBAC = "rbac.authorization.k8s.io/v1";
export const ROLES = define<Role>(RBAC, "Role", "roles", { naming: "path" });
export const ROLE_BINDINGS = define<RoleBinding>(RBAC, "RoleBinding", "rolebindings", { naming: "path" });
export const CLUSTER_ROLES = define<Role>(RBAC, "ClusterRole", "clusterroles", {
  ...cluster,
  naming: "path",
});
export const CLUSTER_ROLE_BINDINGS = define<RoleBinding>(RBAC, "ClusterRoleBinding", "clusterrolebindings", {
  ...cluster,
  naming: "path",
});

/** The resources that are kept. */
export const RESOURCES: readonly Resource[] = [
  NAMESPACES,
  SERVICE_ACCOUNTS,
  PODS,
  EVENTS,
  CONFIG_MAPS,
  SECRETS,
  NODES,
  DEPLOYMENTS,
  DAEMON_SETS,
  STATEFUL_SETS,
  REPLICA_SETS,
  JOBS,
  CRON_JOBS,
  ROLLOUTS,
  EC2_NODE_CLASSES,
  NODE_CLASSES,
  MUTATING_WEBHOOKS,
  SERVICES,
  NEW_EVENTS,
  LEASES,
  NETWORK_POLICIES,
  DISRUPTION_BUDGETS,
  ROLES,
  ROLE_BINDINGS,
  CLUSTER_ROLES,
  CLUSTER_ROLE_BINDINGS,
];

const review = (groupVersion: string, kind: string, plural: string, namespaced = false): Resource => ({
  ...define(groupVersion, kind, plural, { namespaced }),
  verbs: ["create"],
});

/** The resources that only answer a question: created, never kept. */
export const REVIEWS: readonly Resource[] = [
  review("authentication.k8s.io/v1", "TokenReview", "tokenreviews"),
  review("authentication.k8s.io/v1", "SelfSubjectReview", "selfsubjectreviews"),
  review("authorization.k8s.io/v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews"),
  review("authorization.k8s.io/v1", "SelfSubjectRulesReview", "selfsubjectrulesreviews"),
  review("authorization.k8s.io/v1", "SubjectAccessReview", "subjectaccessreviews"),
];

/** Every resource, by what discovery says. */
export const ALL_RESOURCES: readonly Resource[] = [...RESOURCES, ...REVIEWS];

/** `v1`, or `apps/v1`. */
export function groupVersionOf({ group, version }: Pick<Resource, "group" | "version">): string {
  return group === "" ? version : `${group}/${version}`;
}

/** `pods`, or `deployments.apps`: how messages name a resource, and the key of its objects in the state. */
export function qualifiedName({ group, plural }: Pick<Resource, "group" | "plural">): string {
  return group === "" ? plural : `${plural}.${group}`;
}

/** The resource of a group and plural name in that version. */
export function findResource(group: string, version: string, plural: string): Resource | undefined {
  return ALL_RESOURCES.find(
    (resource) => resource.group === group && resource.version === version && resource.plural === plural,
  );
}
