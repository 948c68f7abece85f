import { ROLE_ANNOTATION } from "../../model/kubernetes-objects.ts";
import { boundRole } from "../../permissions/cluster-role.ts";
import { inClusterRules, type InClusterRun } from "../../permissions/in-cluster.ts";
import type { Manifest } from "../manifest.ts";
import type { InCluster } from "./input.ts";
import { LABELS, METRICS_PORT, podSpec } from "./pod.ts";

/** What the role's policy and the rules of RBAC are for. */
export function runOf({ schedule, proofs, events }: InCluster): InClusterRun {
  return { command: schedule === undefined ? "watch" : "audit", proofs, events };
}

/** Everything that runs irsa in a cluster except its role, in the order in which it is applied. */
export function inClusterManifests(input: InCluster): readonly Applied[] {
  const { serviceAccount, role, schedule } = input;
  const { namespace, name } = serviceAccount;
  const own = { name, namespace, labels: LABELS };
  return [
    ...(namespace === OWN_NAMESPACE ? [ownNamespace()] : []),
    {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { ...own, annotations: { [ROLE_ANNOTATION]: role } },
    },
    ...rbac(input),
    networkPolicy(own, schedule === undefined),
    ...(schedule === undefined ? replicas(input, own) : [cronJob(input, own, schedule)]),
  ];
}

/** Where irsa runs if no other namespace is named. */
export const OWN_NAMESPACE = "irsa";

/** Of a namespace that others have too, neither what it admits nor its end is irsa's to say. */
function ownNamespace(): Applied {
  const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
  return { apiVersion: "v1", kind: "Namespace", metadata: { name: OWN_NAMESPACE, labels } };
}

type Metadata = Manifest["metadata"];
/** Those of RBAC have no spec. */
interface Applied extends Manifest {
  readonly rules?: readonly object[];
  readonly roleRef?: object;
  readonly subjects?: readonly object[];
}

/** The role is in the whole cluster, and its name says of which namespace it is for: there may be several. */
function rbac(input: InCluster): readonly Applied[] {
  const { namespace, name } = input.serviceAccount;
  const { cluster, own } = inClusterRules(runOf(input), name);
  const subjects = [{ kind: "ServiceAccount", namespace, name }];
  // No namespace and name may come to another role's name, such as cluster-admin.
  const wide = { name: `irsa:${namespace}:${name}`, labels: LABELS };
  return [
    ...boundRole(wide, cluster, subjects),
    ...boundRole({ name, namespace, labels: LABELS }, own, subjects),
  ];
}

/** In, to the metrics alone; out, to DNS and by HTTPS: the addresses of AWS's endpoints and of the API server are not fixed. */
function networkPolicy(metadata: Metadata, isServing: boolean): Manifest {
  const port = (protocol: "TCP" | "UDP", number: number) => ({ protocol, port: number });
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata,
    spec: {
      podSelector: { matchLabels: LABELS },
      policyTypes: ["Ingress", "Egress"],
      ingress: isServing ? [{ ports: [port("TCP", METRICS_PORT)] }] : [],
      egress: [{ ports: [port("UDP", 53), port("TCP", 53), port("TCP", 443)] }],
    },
  };
}

/** Two of them, of which one reports; Prometheus finds them by the Service. */
function replicas(input: InCluster, metadata: Metadata): readonly Applied[] {
  const selector = { matchLabels: LABELS };
  return [
    {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata,
      spec: { minAvailable: 1, selector },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: { selector: LABELS, ports: [{ name: "metrics", port: METRICS_PORT, targetPort: "metrics" }] },
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: { replicas: 2, selector, template: { metadata: { labels: LABELS }, spec: podSpec(input) } },
    },
  ];
}

function cronJob(input: InCluster, metadata: Metadata, schedule: string): Manifest {
  const template = { metadata: { labels: LABELS }, spec: podSpec(input) };
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata,
    spec: {
      schedule,
      concurrencyPolicy: "Forbid",
      jobTemplate: { spec: { backoffLimit: 1, template } },
    },
  };
}
