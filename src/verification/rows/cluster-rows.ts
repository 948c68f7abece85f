import type { Row } from "./row.ts";

/** Problems in the cluster: ServiceAccount, webhook, workload, pods. */
export const CLUSTER_ROWS = {
  "account-missing": {
    row: "C4",
    link: "service-account",
    title: "the ServiceAccount or its namespace does not exist",
  },
  "annotation-missing": {
    row: "C1",
    link: "service-account",
    title: "the ServiceAccount has no role annotation",
  },
  "annotation-misspelt": {
    row: "C2",
    link: "service-account",
    title: "the role ARN is under the wrong annotation key",
  },
  "annotation-owned": {
    row: "C5",
    link: "service-account",
    title: "no role annotation, and the ServiceAccount is managed by Helm, GitOps or an add-on",
  },
  "arn-malformed": { row: "C3", link: "service-account", title: "the annotation is not a valid role ARN" },
  "arn-other-partition": {
    row: "C3",
    link: "service-account",
    title: "the annotated role is in a different partition",
  },
  "audience-empty": {
    row: "A5",
    link: "service-account",
    title: "the audience annotation is empty, so tokens are issued for the API server",
  },
  "annotation-ignored": {
    row: "C9",
    link: "service-account",
    title: "the webhook ignores an invalid annotation value",
  },
  "webhook-ca-stale": {
    row: "D0",
    link: "webhook",
    title: "the webhook's caBundle is not the cluster's certificate authority",
  },
  "webhook-missing": { row: "D1", link: "webhook", title: "the pod identity webhook is not registered" },
  "webhook-not-injecting": {
    row: "D2",
    link: "webhook",
    title: "pods are admitted without the environment variables and token volume",
  },
  "webhook-blocks-pods": {
    row: "D2",
    link: "webhook",
    title: "the API server can't call the webhook and its failurePolicy is Fail, so no pods are admitted",
  },
  "namespace-excluded": {
    row: "D4",
    link: "webhook",
    title: "the webhook's namespaceSelector excludes the namespace",
  },
  "pod-identity-wins": {
    row: "D8",
    link: "webhook",
    title: "a Pod Identity association gives pods a different role",
  },
  "runs-as-default": {
    row: "E1",
    link: "workload",
    title: "runs as ServiceAccount `default`, which has no role",
  },
  "skip-label": { row: "D4", link: "workload", title: "a label disables the webhook" },
  "containers-skipped": { row: "D5", link: "workload", title: "an annotation skips every container" },
  "skip-unmatched": {
    row: "D5",
    link: "workload",
    title: "skip-containers lists a container that does not exist",
  },
  "variable-preset": {
    row: "D6",
    link: "workload",
    title: "one of the two environment variables is set in the manifest, so neither is injected",
  },
  "mount-missing": {
    row: "D7",
    link: "workload",
    title: "the environment variables are set but the token volume is not mounted",
  },
  "volume-preset": {
    row: "D7",
    link: "workload",
    title: "the workload defines its own volume `aws-iam-token` with a different audience",
  },
  "windows-by-affinity": {
    row: "D9",
    link: "workload",
    title: "Windows is selected by affinity only, so the token path is a Linux path",
  },
  "token-unreadable": { row: "E2", link: "workload", title: "the container's user can't read the token" },
  "static-keys": {
    row: "E4",
    link: "workload",
    title: "static access keys in the environment take precedence over the role",
  },
  "kubernetes-token": {
    row: "E7",
    link: "workload",
    title: "the token file is the Kubernetes API token, which has a different audience",
  },
  "region-missing": {
    row: "E8",
    link: "workload",
    title: "no region is set, and Fargate has no instance metadata to get it from",
  },
  "region-missing-china": {
    row: "E9",
    link: "workload",
    title: "no region is set in China, so the SDK calls STS in another partition",
  },
  "pod-stale": {
    row: "C7",
    link: "pod",
    title: "pods started before the ServiceAccount had this role or audience",
  },
  "pod-raced": {
    row: "D3",
    link: "pod",
    title: "the pod was created together with its ServiceAccount, before the webhook's cache had it",
  },
} as const satisfies Readonly<Record<string, Row>>;
