import type { Row } from "./row.ts";

/** Problems of the pod identity webhook, which gives new pods the environment variables and the token. */
export const WEBHOOK_ROWS = {
  "webhook-ca-stale": {
    row: "D0",
    link: "webhook",
    title: "the webhook's caBundle is not the cluster's certificate authority",
    cause:
      "The cluster's certificate authority was rotated and the webhook's caBundle was not. The API server can't call the webhook, and pods start with the node's role.",
    evidence: "No certificate is in both the webhook's caBundle and the cluster's certificate authority.",
    fix: "Set the caBundle of the MutatingWebhookConfiguration `pod-identity-webhook` to the cluster's certificate authority.",
  },
  "webhook-missing": {
    row: "D1",
    link: "webhook",
    title: "the pod identity webhook is not registered",
    cause: "Its MutatingWebhookConfiguration was deleted, or the cluster is not on EKS and has none.",
    evidence: "No MutatingWebhookConfiguration `pod-identity-webhook` with a rule for creating pods.",
    fix: "On EKS it is part of the control plane: contact AWS Support. Elsewhere, install amazon-eks-pod-identity-webhook.",
  },
  "webhook-not-injecting": {
    row: "D2",
    link: "webhook",
    title: "pods are admitted without the environment variables and token volume",
    cause:
      "The API server can't call the webhook (network, certificate) and its failurePolicy is Ignore, or its cache does not have the ServiceAccount's annotation yet.",
    evidence: "A dry-run pod is admitted without AWS_ROLE_ARN, or with the previous role.",
    fix: "If the ServiceAccount was just annotated, wait a minute. Otherwise check the network between the API server and the webhook, its certificate and its log.",
  },
  "webhook-blocks-pods": {
    row: "D2",
    link: "webhook",
    title: "the API server can't call the webhook and its failurePolicy is Fail, so no pods are admitted",
    cause: "The webhook is down or unreachable from the API server, and its failurePolicy is Fail.",
    evidence: "The API server rejects a dry-run pod: failed calling webhook.",
    fix: "Make it reachable from the API server, or set its failurePolicy to Ignore.",
  },
  "namespace-excluded": {
    row: "D4",
    link: "webhook",
    title: "the webhook's namespaceSelector excludes the namespace",
    cause:
      "The MutatingWebhookConfiguration has a namespaceSelector that the namespace's labels don't match.",
    evidence: "The namespaceSelector and the namespace's labels.",
    fix: "Change the selector or the namespace's labels.",
  },
  "pod-identity-wins": {
    row: "D8",
    link: "service-account",
    title: "a Pod Identity association gives pods a different role than the annotation",
    cause:
      "The ServiceAccount has both a role annotation and an EKS Pod Identity association. The association takes precedence.",
    evidence: "The association's role (`eks:DescribePodIdentityAssociation`) is not the annotated role.",
    fix: "Keep one: delete the association or remove the annotation.",
  },
} as const satisfies Readonly<Record<string, Row>>;
