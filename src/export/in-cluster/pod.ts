import { serviceAccountPath } from "../../model/service-account-ref.ts";
import type { InCluster } from "./input.ts";

/** The user of irsa's image. */
const USER = 65_532;
/** Where metrics and probes are served. */
export const METRICS_PORT = 9099;

/** What runs in the pod: watch, or audit once. */
export function commandLine(input: InCluster): readonly string[] {
  const { cluster, serviceAccount, schedule, events, namespaces } = input;
  const reach = ["--cluster", cluster.arn, "--context", "in-cluster", "--output", "json"];
  const scope = namespaces.flatMap((namespace) => ["--namespace", namespace]);
  if (schedule !== undefined) return ["audit", ...reach, ...scope];
  const lease = ["--lease", serviceAccountPath(serviceAccount)];
  const metrics = ["--metrics", `:${METRICS_PORT}`];
  return ["watch", ...reach, ...scope, ...lease, ...metrics, ...(events ? ["--events"] : [])];
}

/** The pod template's spec: nothing that the Pod Security standard `restricted` refuses. */
export function podSpec(input: InCluster): object {
  const isJob = input.schedule !== undefined;
  return {
    serviceAccountName: input.serviceAccount.name,
    automountServiceAccountToken: true,
    ...(isJob && { restartPolicy: "Never" }),
    ...(!isJob && { topologySpreadConstraints: [SPREAD] }),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: USER,
      runAsGroup: USER,
      fsGroup: USER,
      seccompProfile: { type: "RuntimeDefault" },
    },
    containers: [
      {
        name: "irsa",
        image: input.image,
        args: commandLine(input),
        // Never the role of the node, not even by mistake.
        env: [{ name: "AWS_EC2_METADATA_DISABLED", value: "true" }],
        resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "1Gi" } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        },
        ...(!isJob && PROBED),
      },
    ],
  };
}

/** The labels by which its pods are found. */
export const LABELS = { "app.kubernetes.io/name": "irsa" } as const;

/** Better on the same node than not at all. */
const SPREAD = {
  maxSkew: 1,
  topologyKey: "kubernetes.io/hostname",
  whenUnsatisfiable: "ScheduleAnyway",
  labelSelector: { matchLabels: LABELS },
} as const;

const PROBED = {
  ports: [{ name: "metrics", containerPort: METRICS_PORT, protocol: "TCP" }],
  readinessProbe: { httpGet: { path: "/readyz", port: "metrics" }, periodSeconds: 10 },
  livenessProbe: { httpGet: { path: "/healthz", port: "metrics" }, periodSeconds: 30, failureThreshold: 3 },
} as const;
