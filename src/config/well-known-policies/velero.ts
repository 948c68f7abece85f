import { allow, KMS_KEYS, of, wellKnown } from "./policy.ts";

/** Velero: snapshots of volumes, and backups in named buckets. */
export const velero = wellKnown({
  field: "velero",
  about: "Velero",
  source: "https://github.com/vmware-tanzu/velero-plugin-for-aws#set-permissions-for-velero",
  upstream: { project: "vmware-tanzu/velero-plugin-for-aws", version: "1.14.0-rc.1", date: "2026-02-10" },
  inputs: {
    buckets: { kind: "list", about: "names of buckets", pattern: /^[a-z0-9.*-]{3,63}$/, required: true },
    kmsKeys: KMS_KEYS,
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
    // Upstream's ListRetirableGrants is left out: IAM knows it on no key.
    allow(of("kms", "CreateGrant", "ListGrants", "RevokeGrant"), list("kmsKeys"), {
      Bool: { "kms:GrantIsForAWSResource": "true" },
    }),
    allow(
      of("kms", "Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey*", "ReEncrypt*", "RetireGrant"),
      list("kmsKeys"),
    ),
  ],
});
