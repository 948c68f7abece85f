import { allow, KMS_KEYS, of, wellKnown } from "./policy.ts";

/** The EBS CSI driver, and the keys that its volumes are encrypted with. */
export const ebsCsiController = wellKnown({
  field: "ebsCSIController",
  about: "EBS CSI driver",
  source: "https://docs.aws.amazon.com/eks/latest/userguide/ebs-csi.html",
  eksctl: true,
  inputs: { kmsKeys: KMS_KEYS },
  managed: () => ["service-role/AmazonEBSCSIDriverPolicy"],
  statements: ({ list }) => [
    allow(of("kms", "CreateGrant", "ListGrants", "RevokeGrant"), list("kmsKeys"), {
      Bool: { "kms:GrantIsForAWSResource": "true" },
    }),
    allow(of("kms", "Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey*", "ReEncrypt*"), list("kmsKeys")),
  ],
});
