import { allow, of, wellKnown } from "./policy.ts";

/** Velero: snapshots of volumes, and backups in named buckets. */
export const velero = wellKnown({
  field: "velero",
  about: "Velero",
  source: "https://github.com/vmware-tanzu/velero-plugin-for-aws#set-permissions-for-velero",
  inputs: {
    buckets: { kind: "list", about: "names of buckets", pattern: /^[a-z0-9.*-]{3,63}$/, required: true },
  },
  statements: ({ globalArn, list }) => [
    allow(
      of(
        "ec2",
        "CreateSnapshot",
        "CreateTags",
        "CreateVolume",
        "DeleteSnapshot",
        "DescribeSnapshots",
        "DescribeVolumes",
      ),
    ),
    allow(
      of(
        "s3",
        "AbortMultipartUpload",
        "DeleteObject",
        "GetObject",
        "ListMultipartUploadParts",
        "PutObject",
        "PutObjectTagging",
      ),
      list("buckets").map((bucket) => globalArn("s3", `${bucket}/*`)),
    ),
    allow(
      ["s3:ListBucket"],
      list("buckets").map((bucket) => globalArn("s3", bucket)),
    ),
  ],
});
