import { allow, type AwsPolicy, type AwsStatement } from "./aws-policy.ts";

type Condition = NonNullable<AwsStatement["Condition"]>;

function allowWhen(
  actions: string,
  resource: string | readonly string[],
  Condition: Condition,
): AwsStatement {
  return { ...allow(actions, resource), Condition };
}

const VOLUMES = "arn:aws:ec2:*:*:volume/*";
const SNAPSHOTS = "arn:aws:ec2:*:*:snapshot/*";
const BOTH = [VOLUMES, SNAPSHOTS];
const like = (key: string, value: string): Condition => ({ StringLike: { [key]: value } });
const requested = (tag: string, value: string) => like(`aws:RequestTag/${tag}`, value);
const present = (tag: string, value: string) => like(`ec2:ResourceTag/${tag}`, value);
const CREATED = ["CreateVolume", "CreateSnapshot", "CopyVolumes"];

/** What the EBS CSI driver may do: only with volumes and snapshots that carry its tags. */
export const EBS_CSI_DRIVER: AwsPolicy = {
  versionId: "v15",
  statements: [
    allow(`ec2:DescribeAvailabilityZones ec2:DescribeInstances ec2:DescribeInstanceTypes ec2:DescribeSnapshots
      ec2:DescribeTags ec2:DescribeVolumes ec2:DescribeVolumesModifications ec2:DescribeVolumeStatus`),
    allow("ec2:CreateSnapshot ec2:ModifyVolume", VOLUMES),
    allow("ec2:CopyVolumes", "arn:aws:ec2:*:*:volume/vol-*"),
    allow("ec2:AttachVolume ec2:DetachVolume", [VOLUMES, "arn:aws:ec2:*:*:instance/*"]),
    allow("ec2:CreateVolume ec2:EnableFastSnapshotRestores", SNAPSHOTS),
    allowWhen("ec2:CreateTags", BOTH, { StringEquals: { "ec2:CreateAction": CREATED } }),
    allow("ec2:DeleteTags", BOTH),
    allowWhen("ec2:CreateVolume ec2:CopyVolumes", VOLUMES, requested("ebs.csi.aws.com/cluster", "true")),
    allowWhen("ec2:CreateVolume ec2:CopyVolumes", VOLUMES, requested("CSIVolumeName", "*")),
    allowWhen("ec2:DeleteVolume", VOLUMES, present("ebs.csi.aws.com/cluster", "true")),
    allowWhen("ec2:DeleteVolume", VOLUMES, present("CSIVolumeName", "*")),
    allowWhen("ec2:DeleteVolume", VOLUMES, present("kubernetes.io/created-for/pvc/name", "*")),
    allowWhen("ec2:CreateSnapshot", SNAPSHOTS, requested("CSIVolumeSnapshotName", "*")),
    allowWhen("ec2:CreateSnapshot", SNAPSHOTS, requested("ebs.csi.aws.com/cluster", "true")),
    allowWhen("ec2:DeleteSnapshot ec2:LockSnapshot", SNAPSHOTS, present("CSIVolumeSnapshotName", "*")),
    allowWhen("ec2:DeleteSnapshot ec2:LockSnapshot", SNAPSHOTS, present("ebs.csi.aws.com/cluster", "true")),
  ],
};

const CLUSTER_TAG = "efs.csi.aws.com/cluster";
const tagged = (key: string): Condition => ({ Null: { [`aws:${key}/${CLUSTER_TAG}`]: "false" } });

/** What the EFS CSI driver may do: only with access points that carry its tag. */
export const EFS_CSI_DRIVER: AwsPolicy = {
  versionId: "v1",
  statements: [
    allow(`elasticfilesystem:DescribeAccessPoints elasticfilesystem:DescribeFileSystems
      elasticfilesystem:DescribeMountTargets ec2:DescribeAvailabilityZones`),
    allowWhen("elasticfilesystem:CreateAccessPoint", "*", {
      ...tagged("RequestTag"),
      "ForAllValues:StringEquals": { "aws:TagKeys": CLUSTER_TAG },
    }),
    allowWhen("elasticfilesystem:TagResource", "*", {
      ...tagged("RequestTag"),
      StringEquals: { "elasticfilesystem:CreateAction": "CreateAccessPoint" },
      "ForAllValues:StringEquals": { "aws:TagKeys": CLUSTER_TAG },
    }),
    allowWhen("elasticfilesystem:DeleteAccessPoint", "*", tagged("ResourceTag")),
  ],
};
