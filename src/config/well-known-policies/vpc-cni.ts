import type { Statement } from "../../model/trust-policy/document.ts";
import { allow, of, wellKnown, type Given } from "./policy.ts";

/** Not in upstream's document: the plugin updates the security groups of its interfaces with it, whatever the addresses. */
const MODIFY = "ModifyNetworkInterfaceAttribute";

/** Amazon VPC CNI: addresses of IPv4 (as `true` means), of IPv6, and its logs. */
export const vpcCni = wellKnown({
  field: "vpcCNI",
  about: "Amazon VPC CNI plugin",
  source: "https://docs.aws.amazon.com/eks/latest/userguide/cni-iam-role.html",
  upstream: { project: "aws/amazon-vpc-cni-k8s", version: "1.23.0", date: "2026-08-20" },
  inputs: {
    ipv4: { kind: "switch", about: "IPv4 addresses (the default without ipv6)" },
    ipv6: { kind: "switch", about: "IPv6 addresses" },
    cloudWatchLogs: { kind: "switch", about: "network policy logs to CloudWatch" },
  },
  managed: ({ isOn }) => (isOn("ipv4") || !isOn("ipv6") ? ["AmazonEKS_CNI_Policy"] : []),
  statements: (given) => [
    ...(given.isOn("ipv6")
      ? [...ipv6(given), allow(of("ec2", "DescribeSecurityGroups", "DescribeSubnets", MODIFY))]
      : []),
    ...logs(given),
  ],
  earlier: [
    {
      by: "irsa 0.1.0",
      statements: (given) => [...(given.isOn("ipv6") ? ipv6(given) : []), ...logs(given)],
    },
  ],
});

function ipv6({ arn }: Given): Statement[] {
  return [
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
  ];
}

function logs({ isOn }: Given): Statement[] {
  return isOn("cloudWatchLogs")
    ? [allow(of("logs", "CreateLogGroup", "CreateLogStream", "DescribeLogGroups", "PutLogEvents"))]
    : [];
}
