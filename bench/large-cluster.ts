import { serviceAccountName, roleArn, type LargeWorldSize } from "./large-aws.ts";

/** What the Kubernetes API answers: ServiceAccounts and pods, page by page. */
export function largeCluster(size: LargeWorldSize): (url: URL) => string {
  const filler = "x".repeat(Math.max(0, size.podBytes - JSON.stringify(pod(0, size, "")).length));
  return ({ pathname, searchParams }) => {
    if (pathname.endsWith("/nodes")) return JSON.stringify({ kind: "List", metadata: {}, items: [] });
    const from = Number(searchParams.get("continue") ?? 0);
    const total = pathname.endsWith("/pods") ? size.pods : size.serviceAccounts;
    const to = Math.min(from + Number(searchParams.get("limit") ?? total), total);
    const numbers = Array.from({ length: to - from }, (_, at) => from + at);
    const items = pathname.endsWith("/pods")
      ? numbers.map((at) => pod(at, size, filler))
      : numbers.map((at) => serviceAccount(at, size));
    return JSON.stringify({ kind: "List", metadata: to < total ? { continue: `${to}` } : {}, items });
  };
}

/** Half of them are annotated with a role that names them. */
function serviceAccount(at: number, { roles }: LargeWorldSize): object {
  const annotations = at % 2 === 0 ? { "eks.amazonaws.com/role-arn": roleArn(at % roles) } : {};
  return {
    metadata: {
      ...serviceAccountName(at),
      uid: `uid-${at}`,
      resourceVersion: `${at}`,
      creationTimestamp: "2026-01-01T00:00:00Z",
      annotations,
      labels: { "app.kubernetes.io/name": `service-${at}` },
      managedFields: [{ manager: "kubectl", operation: "Update", fieldsV1: { "f:metadata": {} } }],
    },
  };
}

function pod(at: number, { serviceAccounts, roles }: LargeWorldSize, filler: string): object {
  const { namespace, name } = serviceAccountName(at % serviceAccounts);
  const env = ["AWS_REGION", "LOG_LEVEL", "PORT"].map((variable) => ({
    name: variable,
    value: "some value",
  }));
  const injected = { name: "AWS_ROLE_ARN", value: roleArn((at % serviceAccounts) % roles) };
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
      serviceAccountName: name,
      containers: ["app", "sidecar"].map((container) => ({
        name: container,
        image: "example.com/app:1.2.3",
        env: at % 2 === 0 ? [...env, injected] : env,
        volumeMounts: [{ name: "data", mountPath: "/data" }],
        resources: { limits: { cpu: "1", memory: "1Gi" } },
      })),
      volumes: [{ name: "data", emptyDir: {} }],
    },
    status: { phase: "Running", podIP: "10.0.0.1", conditions: [{ type: "Ready", status: "True" }] },
  };
}
