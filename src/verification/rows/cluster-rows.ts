import type { Row } from "./row.ts";

/** Faults of what stands in the cluster: ServiceAccount, webhook, workload, pods. */
export const CLUSTER_ROWS = {
  "account-missing": {
    row: "C4",
    link: "service-account",
    title: "the ServiceAccount, or its namespace, does not exist",
  },
  "annotation-missing": { row: "C1", link: "service-account", title: "the ServiceAccount names no role" },
  "annotation-misspelt": {
    row: "C2",
    link: "service-account",
    title: "the role stands under another annotation key",
  },
  "annotation-owned": {
    row: "C5",
    link: "service-account",
    title: "no role, and Helm, GitOps or an add-on keeps the ServiceAccount so",
  },
  "arn-malformed": { row: "C3", link: "service-account", title: "the annotation is no role ARN" },
  "arn-other-partition": {
    row: "C3",
    link: "service-account",
    title: "the annotation names a role of another partition",
  },
  "audience-empty": {
    row: "A5",
    link: "service-account",
    title: "the audience annotation is empty: tokens are for the API server",
  },
  "annotation-ignored": {
    row: "C9",
    link: "service-account",
    title: "the webhook ignores an annotation's value",
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
    title: "pods are let in without what the webhook injects",
  },
  "webhook-blocks-pods": {
    row: "D2",
    link: "webhook",
    title: "the webhook can't be called, and its policy is Fail: no pod is let in",
  },
  "namespace-excluded": {
    row: "D4",
    link: "webhook",
    title: "the webhook's namespace selector leaves the namespace out",
  },
  "pod-identity-wins": {
    row: "D8",
    link: "webhook",
    title: "a Pod Identity association gives pods another role",
  },
  "runs-as-default": {
    row: "E1",
    link: "workload",
    title: "runs with the ServiceAccount `default`, which has no role",
  },
  "skip-label": { row: "D4", link: "workload", title: "a label keeps the webhook away" },
  "containers-skipped": { row: "D5", link: "workload", title: "every container is skipped by annotation" },
  "skip-unmatched": {
    row: "D5",
    link: "workload",
    title: "skip-containers names a container that is not there",
  },
  "variable-preset": {
    row: "D6",
    link: "workload",
    title: "one of the two variables is set by hand, so that neither is injected",
  },
  "mount-missing": { row: "D7", link: "workload", title: "variables without the token's mount" },
  "volume-preset": {
    row: "D7",
    link: "workload",
    title: "a volume aws-iam-token of its own, for another audience",
  },
  "windows-by-affinity": {
    row: "D9",
    link: "workload",
    title: "Windows by affinity alone: the token's path is a Unix one",
  },
  "token-unreadable": { row: "E2", link: "workload", title: "the container's user can't read the token" },
  "static-keys": { row: "E4", link: "workload", title: "static keys in the environment go before the role" },
  "kubernetes-token": {
    row: "E7",
    link: "workload",
    title: "the token file is Kubernetes' own, for another audience",
  },
  "region-missing": { row: "E8", link: "workload", title: "no region, and on Fargate nowhere to ask for it" },
  "region-missing-china": {
    row: "E9",
    link: "workload",
    title: "no region in China: the SDK asks another partition's STS",
  },
  "pod-stale": {
    row: "C7",
    link: "pod",
    title: "pods were started before the ServiceAccount named this role or audience",
  },
  "pod-raced": {
    row: "D3",
    link: "pod",
    title: "the pod was made together with its ServiceAccount, before the webhook knew it",
  },
} as const satisfies Readonly<Record<string, Row>>;
