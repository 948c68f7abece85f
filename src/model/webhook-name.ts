/** The MutatingWebhookConfiguration that EKS registers in every cluster. Source: aws/amazon-eks-pod-identity-webhook. */
export const WEBHOOK_NAME = "pod-identity-webhook";
