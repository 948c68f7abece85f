import type { Statement } from "../../model/trust-policy/document.ts";
import { allow, of, wellKnown, type Given } from "./policy.ts";

/** AWS Gateway API Controller: services of VPC Lattice. */
export const gatewayController = wellKnown({
  field: "awsGatewayController",
  about: "AWS Gateway API Controller (VPC Lattice)",
  source: "https://www.gateway-api-controller.eks.aws.dev/latest/guides/deploy/",
  upstream: { project: "aws/aws-application-networking-k8s", version: "2.1.3", date: "2026-08-14" },
  statements: (given) => [...withoutCertificates(given), allow(["acm:ListCertificates"])],
  earlier: [{ by: "irsa 0.1.0", statements: withoutCertificates }],
});

function withoutCertificates({ globalArn }: Given): Statement[] {
  const linkedRole = (service: string, name: string) =>
    allow(
      ["iam:CreateServiceLinkedRole"],
      [globalArn("iam", `role/aws-service-role/${service}/${name}`).replace("iam:::", "iam::*:")],
      { StringLike: { "iam:AWSServiceName": service } },
    );
  return [
    allow([
      "vpc-lattice:*",
      ...of("ec2", "DescribeSecurityGroups", "DescribeSubnets", "DescribeTags", "DescribeVpcs"),
      ...of(
        "logs",
        "CreateLogDelivery",
        "DeleteLogDelivery",
        "DescribeLogGroups",
        "DescribeResourcePolicies",
        "GetLogDelivery",
        "ListLogDeliveries",
        "PutResourcePolicy",
        "UpdateLogDelivery",
      ),
      ...of("tag", "GetResources", "TagResources", "UntagResources"),
      "firehose:TagDeliveryStream",
      ...of("s3", "GetBucketPolicy", "PutBucketPolicy"),
    ]),
    linkedRole("vpc-lattice.amazonaws.com", "AWSServiceRoleForVpcLattice"),
    linkedRole("delivery.logs.amazonaws.com", "AWSServiceRoleForLogDelivery"),
  ];
}
