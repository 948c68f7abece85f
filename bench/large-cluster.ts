import { webhookConfiguration } from "irsa-sandbox/parts";
import { isAssociated, roleArn, serviceAccountName, type LargeWorldSize } from "./large-names.ts";
import { agentsOf, nodeName, nodesOf } from "./large-nodes.ts";

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
    ["/api/v1/pods", [...numbered(size.pods, (at) => podOf(at, size, filler)), ...agentsOf(size)]],
    ["/api/v1/nodes", nodesOf(size)],
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
    spec: {
      ...podSpec(name, ["app", "sidecar"], identityOf(at % serviceAccounts, size)),
      ...(size.nodes !== undefined && { nodeName: nodeName(at % size.nodes) }),
    },
    status: { phase: "Running", podIP: "10.0.0.1", conditions: [{ type: "Ready", status: "True" }] },
  };
}

/** By a role, by an association, or by nothing. */
type Identity = { readonly role: string } | "association" | undefined;

function identityOf(at: number, size: LargeWorldSize): Identity {
  if (isAssociated(at, size)) return "association";
  const role = annotationsOf(at, size)[ROLE_KEY];
  return role === undefined ? undefined : { role };
}

/** A pod's spec with what the webhook injects. */
export function podSpec(serviceAccountName: string, containers: readonly string[], identity: Identity) {
  const injected = identity === undefined ? NOTHING_INJECTED : injectionOf(identity);
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
function injectionOf(identity: NonNullable<Identity>) {
  const region = ["AWS_DEFAULT_REGION", "AWS_REGION"].map((name) => ({ name, value: "eu-west-1" }));
  const regional = [{ name: "AWS_STS_REGIONAL_ENDPOINTS", value: "regional" }, ...region];
  if (identity === "association")
    return withToken("pods.eks.amazonaws.com", "eks-pod-identity-token", "eks-pod-identity-token", (file) => [
      ...regional,
      { name: "AWS_CONTAINER_CREDENTIALS_FULL_URI", value: "http://169.254.170.23/v1/credentials" },
      { name: "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", value: file },
    ]);
  return withToken("sts.amazonaws.com", "aws-iam-token", "token", (file) => [
    ...regional,
    { name: "AWS_ROLE_ARN", value: identity.role },
    { name: "AWS_WEB_IDENTITY_TOKEN_FILE", value: file },
  ]);
}

function withToken(
  audience: string,
  name: string,
  path: string,
  envOf: (file: string) => readonly { readonly name: string; readonly value: string }[],
) {
  const host = audience === "sts.amazonaws.com" ? "eks.amazonaws.com" : audience;
  const mountPath = `/var/run/secrets/${host}/serviceaccount`;
  const token = { audience, expirationSeconds: 86_400, path };
  return {
    env: envOf(`${mountPath}/${path}`),
    mounts: [{ name, mountPath, readOnly: true }],
    volumes: [{ name, projected: { sources: [{ serviceAccountToken: token }] } }],
  };
}
