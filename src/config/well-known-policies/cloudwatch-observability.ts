import { wellKnown } from "./policy.ts";

/** The CloudWatch agent and X-Ray, as the add-on `amazon-cloudwatch-observability` needs them. */
export const cloudWatchObservability = wellKnown({
  field: "cloudWatchObservability",
  about: "Amazon CloudWatch Observability",
  source:
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/install-CloudWatch-Observability-EKS-addon.html",
  upstream: {
    project: "AWS",
    version: "CloudWatchAgentServerPolicy v3, AWSXrayWriteOnlyAccess v2",
    date: "2026-09-30",
  },
  managed: () => ["CloudWatchAgentServerPolicy", "AWSXrayWriteOnlyAccess"],
});
