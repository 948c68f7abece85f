import type { ConditionBlock, Statement } from "../../model/trust-policy/document.ts";
import { allow, of, wellKnown } from "./policy.ts";

const EFS = "elasticfilesystem";
/** The tag that the driver puts on its access points. */
const requested: ConditionBlock = { StringLike: { "aws:RequestTag/efs.csi.aws.com/cluster": "true" } };
const existing: ConditionBlock = { StringEquals: { "aws:ResourceTag/efs.csi.aws.com/cluster": "true" } };
const existingLike: ConditionBlock = { StringLike: { "aws:ResourceTag/efs.csi.aws.com/cluster": "true" } };

const READS = ["DescribeAccessPoints", "DescribeFileSystems"] as const;

/** The EFS CSI driver: file systems of EFS and of S3 Files, and access points that carry its tag. */
export const efsCsiController = wellKnown({
  field: "efsCSIController",
  about: "EFS CSI driver",
  source: "https://github.com/kubernetes-sigs/aws-efs-csi-driver/blob/master/docs/iam-policy-example.json",
  upstream: { project: "kubernetes-sigs/aws-efs-csi-driver", version: "3.4.1", date: "2026-07-24" },
  eksctl: true,
  eksctlName: "PolicyEFSCSIController",
  statements: () => [
    allow([
      ...of(EFS, ...READS, "DescribeMountTargets"),
      ...of("s3files", "ListAccessPoints", "ListFileSystems"),
      "ec2:DescribeAvailabilityZones",
    ]),
    allow([`${EFS}:CreateAccessPoint`, "s3files:CreateAccessPoint"], ["*"], requested),
    allow([`${EFS}:TagResource`, "s3files:TagResource"], ["*"], existingLike),
    allow([`${EFS}:DeleteAccessPoint`, "s3files:DeleteAccessPoint"], ["*"], existing),
  ],
  earlier: [
    {
      by: "irsa 0.1.0",
      statements: () => [
        allow([...of(EFS, ...READS, "DescribeMountTargets"), "ec2:DescribeAvailabilityZones"]),
        ...creates(),
        allow([`${EFS}:DeleteAccessPoint`], ["*"], existing),
      ],
    },
    {
      by: "eksctl 0.230",
      statements: () => [
        allow(of(EFS, ...READS)),
        ...creates(),
        allow([`${EFS}:DeleteAccessPoint`], ["*"], existingLike),
      ],
    },
  ],
});

function creates(): Statement[] {
  return [allow(of(EFS, "CreateAccessPoint", "TagResource"), ["*"], requested)];
}
