import { wellKnown } from "./policy.ts";

/** The CloudWatch agent and X-Ray, as the add-on `amazon-cloudwatch-observability` needs them. */
export const cloudWatchObservability = wellKnown({
  field: "cloudWatchObservability",
  about: "Amazon CloudWatch Observability",
  source:
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/install-CloudWatch-Observability-EKS-addon.html",
  managed: () => ["CloudWatchAgentServerPolicy", "AWSXrayWriteOnlyAccess"],
});
