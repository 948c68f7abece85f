import { allow, of, wellKnown } from "./policy.ts";

/** Amazon VPC CNI: addresses of IPv4 (as `true` means), of IPv6, and its logs. */
export const vpcCni = wellKnown({
  field: "vpcCNI",
  about: "Amazon VPC CNI plugin",
  source: "https://docs.aws.amazon.com/eks/latest/userguide/cni-iam-role.html",
  inputs: {
    ipv4: { kind: "switch", about: "IPv4 addresses (the default without ipv6)" },
    ipv6: { kind: "switch", about: "IPv6 addresses" },
    cloudWatchLogs: { kind: "switch", about: "network policy logs to CloudWatch" },
  },
  managed: ({ isOn }) => (isOn("ipv4") || !isOn("ipv6") ? ["AmazonEKS_CNI_Policy"] : []),
  statements: ({ arn, isOn }) => [
    ...(isOn("ipv6")
      ? [
          allow(
            of(
              "ec2",
              "AssignIpv6Addresses",
              "DescribeInstances",
              "DescribeInstanceTypes",
              "DescribeNetworkInterfaces",
              "DescribeTags",
            ),
          ),
          allow(["ec2:CreateTags"], [arn("ec2", "network-interface/*")]),
        ]
      : []),
    ...(isOn("cloudWatchLogs")
      ? [allow(of("logs", "CreateLogGroup", "CreateLogStream", "DescribeLogGroups", "PutLogEvents"))]
      : []),
  ],
});
