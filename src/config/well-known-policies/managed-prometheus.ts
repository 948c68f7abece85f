import { allow, of, wellKnown } from "./policy.ts";

/** Amazon Managed Service for Prometheus: writes and queries workspaces. */
export const managedPrometheus = wellKnown({
  field: "amazonManagedPrometheus",
  about: "Amazon Managed Service for Prometheus",
  source: "https://docs.aws.amazon.com/prometheus/latest/userguide/set-up-irsa.html",
  upstream: {
    project: "AWS",
    version: "AmazonPrometheusQueryAccess v1, AmazonPrometheusRemoteWriteAccess v1",
    date: "2026-09-30",
  },
  inputs: { workspaces: { kind: "list", about: "ARNs of workspaces (default: all)" } },
  statements: ({ list }) => [
    allow(
      of("aps", "GetLabels", "GetMetricMetadata", "GetSeries", "QueryMetrics", "RemoteWrite"),
      list("workspaces").length > 0 ? list("workspaces") : ["*"],
    ),
  ],
});
