import { allow, of, wellKnown } from "./policy.ts";

/** The EFS CSI driver: access points that carry its tag. */
export const efsCsiController = wellKnown({
  field: "efsCSIController",
  about: "EFS CSI driver",
  source: "https://github.com/kubernetes-sigs/aws-efs-csi-driver/blob/master/docs/iam-policy-example.json",
  eksctl: true,
  statements: () => [
    allow([
      ...of("elasticfilesystem", "DescribeAccessPoints", "DescribeFileSystems", "DescribeMountTargets"),
      "ec2:DescribeAvailabilityZones",
    ]),
    allow(of("elasticfilesystem", "CreateAccessPoint", "TagResource"), ["*"], {
      StringLike: { "aws:RequestTag/efs.csi.aws.com/cluster": "true" },
    }),
    allow(["elasticfilesystem:DeleteAccessPoint"], ["*"], {
      StringEquals: { "aws:ResourceTag/efs.csi.aws.com/cluster": "true" },
    }),
  ],
});
