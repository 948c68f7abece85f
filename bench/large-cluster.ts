import { webhookConfiguration } from "irsa-sandbox/parts";
import { roleArn, serviceAccountName, type LargeWorldSize } from "./large-aws.ts";

/** An object of the Kubernetes API. */
export interface LargeObject {
  readonly metadata: {
    readonly namespace?: string;
    readonly name: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** The objects of a generated cluster by their path in the API, in the order in which they are listed. */
export function largeCluster(size: LargeWorldSize, caPem: string): ReadonlyMap<string, LargeObject[]> {
  const filler = "x".repeat(Math.max(0, size.podBytes - JSON.stringify(podOf(0, size, "")).length));
  const namespaces = ["kube-system", ...Array.from({ length: NAMESPACES }, (_, at) => `team-${at}`)];
  return new Map([
    ["/api/v1/serviceaccounts", numbered(size.serviceAccounts, (at) => serviceAccount(at, size))],
    ["/api/v1/pods", numbered(size.pods, (at) => podOf(at, size, filler))],
    ["/api/v1/nodes", []],
    ["/api/v1/namespaces", namespaces.map((name) => ({ metadata: { name, labels: {} } }))],
    [WEBHOOKS_PATH, [webhookConfiguration("https://127.0.0.1:23443/mutate", caPem)]],
  ]);
}

/** Where the webhooks are listed. */
export const WEBHOOKS_PATH = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";

const NAMESPACES = 200;
/** The annotation that names a ServiceAccount's role. */
export const ROLE_KEY = "eks.amazonaws.com/role-arn";

function numbered(count: number, make: (at: number) => LargeObject): LargeObject[] {
  return Array.from({ length: count }, (_, at) => make(at));
}

/** Half of them are annotated with a role that names them. */
function serviceAccount(at: number, size: LargeWorldSize): LargeObject {
  return {
    metadata: {
      ...serviceAccountName(at),
      uid: `uid-${at}`,
      resourceVersion: `${at}`,
      creationTimestamp: "2026-01-01T00:00:00Z",
      annotations: annotationsOf(at, size),
      labels: { "app.kubernetes.io/name": `service-${at}` },
      managedFields: [{ manager: "kubectl", operation: "Update", fieldsV1: { "f:metadata": {} } }],
    },
  };
}

function annotationsOf(at: number, size: LargeWorldSize): Readonly<Record<string, string>> {
  return at % 2 === 0 ? { [ROLE_KEY]: roleArn(at % size.roles, size) } : {};
}

function podOf(at: number, size: LargeWorldSize, filler: string): LargeObject {
  const { serviceAccounts } = size;
  const { namespace, name } = serviceAccountName(at % serviceAccounts);
  return {
    metadata: {
      namespace,
      name: `${name}-7d9f8b6c5-${at}`,
      creationTimestamp: "2026-11-01T00:00:00Z",
      labels: { app: name, "pod-template-hash": "7d9f8b6c5" },
      annotations: { filler },
      ownerReferences: [{ kind: "ReplicaSet", name: `${name}-7d9f8b6c5`, controller: true }],
    },
    spec: podSpec(name, ["app", "sidecar"], annotationsOf(at % serviceAccounts, size)[ROLE_KEY]),
    status: { phase: "Running", podIP: "10.0.0.1", conditions: [{ type: "Ready", status: "True" }] },
  };
}

/** A pod's spec with what the webhook injects for a role. */
export function podSpec(serviceAccountName: string, containers: readonly string[], role: string | undefined) {
  const injected = role === undefined ? NOTHING_INJECTED : injectionOf(role);
  const env = ["LOG_LEVEL", "PORT"].map((variable) => ({ name: variable, value: "some value" }));
  return {
    serviceAccountName,
    containers: containers.map((name) => ({
      name,
      image: "example.com/app:1.2.3",
      env: [...env, ...injected.env],
      volumeMounts: [{ name: "data", mountPath: "/data" }, ...injected.mounts],
      resources: { limits: { cpu: "1", memory: "1Gi" } },
    })),
    volumes: [{ name: "data", emptyDir: {} }, ...injected.volumes],
  };
}

const NOTHING_INJECTED = { env: [], mounts: [], volumes: [] };

/** Source: README of amazon-eks-pod-identity-webhook. */
function injectionOf(role: string) {
  const mountPath = "/var/run/secrets/eks.amazonaws.com/serviceaccount";
  const token = { audience: "sts.amazonaws.com", expirationSeconds: 86_400, path: "token" };
  return {
    env: [
      { name: "AWS_STS_REGIONAL_ENDPOINTS", value: "regional" },
      { name: "AWS_DEFAULT_REGION", value: "eu-west-1" },
      { name: "AWS_REGION", value: "eu-west-1" },
      { name: "AWS_ROLE_ARN", value: role },
      { name: "AWS_WEB_IDENTITY_TOKEN_FILE", value: `${mountPath}/token` },
    ],
    mounts: [{ name: "aws-iam-token", mountPath, readOnly: true }],
    volumes: [{ name: "aws-iam-token", projected: { sources: [{ serviceAccountToken: token }] } }],
  };
}
