import type { Statement } from "../../model/trust-policy/document.ts";
import { allow, of, wellKnown, type Given } from "./policy.ts";

const FSX = "fsx.amazonaws.com";

/** The roles that FSx works with in one's AWS account. */
function linkedRoles({ globalArn }: Given, service: string): Statement[] {
  const roles = globalArn("iam", `role/aws-service-role/${service}/*`).replace("iam:::", "iam::*:");
  return [
    allow(of("iam", "AttachRolePolicy", "CreateServiceLinkedRole", "PutRolePolicy"), [roles]),
    allow(["iam:CreateServiceLinkedRole"], ["*"], { StringLike: { "iam:AWSServiceName": FSX } }),
  ];
}

/** The FSx for Lustre CSI driver. */
export const fsxLustreCsiController = wellKnown({
  field: "fsxLustreCSIController",
  about: "FSx for Lustre CSI driver",
  source: "https://github.com/kubernetes-sigs/aws-fsx-csi-driver/blob/master/docs/install.md",
  upstream: { project: "kubernetes-sigs/aws-fsx-csi-driver", version: "1.9.0", date: "2026-04-21" },
  statements: (given) => [
    ...linkedRoles(given, `s3.data-source.lustre.${FSX}`),
    allow([
      "s3:ListBucket",
      ...of(
        "fsx",
        "CreateFileSystem",
        "DeleteFileSystem",
        "DescribeFileSystems",
        "TagResource",
        "UpdateFileSystem",
      ),
    ]),
  ],
});

/** The FSx for OpenZFS CSI driver. */
export const fsxOpenZfsCsiController = wellKnown({
  field: "fsxOpenZFSCSIController",
  about: "FSx for OpenZFS CSI driver",
  source: "https://github.com/kubernetes-sigs/aws-fsx-openzfs-csi-driver/blob/main/docs/install.md",
  upstream: { project: "kubernetes-sigs/aws-fsx-openzfs-csi-driver", version: "1.2.0", date: "2026-01-09" },
  statements: (given) => [
    ...linkedRoles(given, FSX),
    allow(
      of(
        "fsx",
        "CreateFileSystem",
        "CreateSnapshot",
        "CreateVolume",
        "DeleteFileSystem",
        "DeleteSnapshot",
        "DeleteVolume",
        "DescribeFileSystems",
        "DescribeSnapshots",
        "DescribeVolumes",
        "ListTagsForResource",
        "TagResource",
        "UpdateFileSystem",
      ),
    ),
  ],
});
