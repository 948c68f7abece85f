import { allow, KMS_KEYS, of, wellKnown } from "./policy.ts";

/** Mountpoint for S3's CSI driver, on named buckets. */
export const mountpointS3CsiController = wellKnown({
  field: "mountpointS3CSIController",
  about: "Mountpoint for Amazon S3 CSI driver",
  source: "https://docs.aws.amazon.com/eks/latest/userguide/s3-csi-create.html",
  upstream: { project: "awslabs/mountpoint-s3-csi-driver", version: "2.7.0", date: "2026-08-08" },
  inputs: {
    buckets: { kind: "list", about: "names of buckets", pattern: /^[a-z0-9.*-]{3,63}$/, required: true },
    paths: {
      kind: "list",
      about: "objects, such as bucket/folder/* (default: all in the buckets)",
      pattern: /^[a-z0-9.*-]{3,63}\/.+$/,
    },
    kmsKeys: KMS_KEYS,
  },
  statements: ({ globalArn, list }) => {
    const paths = list("paths").length > 0 ? list("paths") : list("buckets").map((bucket) => `${bucket}/*`);
    return [
      allow(
        ["s3:ListBucket"],
        list("buckets").map((bucket) => globalArn("s3", bucket)),
      ),
      allow(
        of("s3", "AbortMultipartUpload", "DeleteObject", "GetObject", "PutObject"),
        paths.map((path) => globalArn("s3", path)),
      ),
      allow(of("kms", "Decrypt", "GenerateDataKey"), list("kmsKeys")),
    ];
  },
});
