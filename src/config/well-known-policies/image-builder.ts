import { wellKnown } from "./policy.ts";

/** Pushes images to ECR. */
export const imageBuilder = wellKnown({
  field: "imageBuilder",
  about: "push and pull ECR images",
  source: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/security-iam-awsmanpol.html",
  upstream: { project: "AWS", version: "AmazonEC2ContainerRegistryPowerUser v3", date: "2026-09-30" },
  eksctl: true,
  managed: () => ["AmazonEC2ContainerRegistryPowerUser"],
});
