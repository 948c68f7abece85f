/** The name of the MutatingWebhookConfiguration that registers the webhook on EKS. */
export const WEBHOOK_CONFIGURATION_NAME = "pod-identity-webhook";

/** A pod with this label, whatever its value, is never shown to the webhook. */
export const SKIP_LABEL = "eks.amazonaws.com/skip-pod-identity-webhook";

/**
 * The MutatingWebhookConfiguration of an EKS cluster, for a webhook at `url` whose certificate `caPem` verifies.
 * Source: admissionregistration.k8s.io/v1; the object of that name on EKS clusters.
 */
export function webhookConfiguration(url: string, caPem: string) {
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "MutatingWebhookConfiguration",
    metadata: { name: WEBHOOK_CONFIGURATION_NAME },
    webhooks: [
      {
        name: "iam-for-pods.amazonaws.com",
        admissionReviewVersions: ["v1"],
        clientConfig: { url, caBundle: Buffer.from(caPem).toString("base64") },
        failurePolicy: "Ignore",
        matchPolicy: "Equivalent",
        namespaceSelector: {},
        objectSelector: { matchExpressions: [{ key: SKIP_LABEL, operator: "DoesNotExist" }] },
        reinvocationPolicy: "IfNeeded",
        rules: [
          { operations: ["CREATE"], apiGroups: [""], apiVersions: ["v1"], resources: ["pods"], scope: "*" },
        ],
        sideEffects: "None",
        timeoutSeconds: 10,
      },
    ],
  };
}
