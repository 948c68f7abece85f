import { allow, KMS_KEYS, of, wellKnown } from "./policy.ts";

/** The EBS CSI driver, and the keys that its volumes are encrypted with. */
export const ebsCsiController = wellKnown({
  field: "ebsCSIController",
  about: "EBS CSI driver",
  source: "https://docs.aws.amazon.com/eks/latest/userguide/ebs-csi.html",
  upstream: { project: "kubernetes-sigs/aws-ebs-csi-driver", version: "1.64.0", date: "2026-08-19" },
  eksctl: true,
  eksctlName: "PolicyEBSCSIController",
  inputs: {
    kmsKeys: KMS_KEYS,
    taggedOnly: {
      kind: "switch",
      about:
        "AmazonEBSCSIDriverPolicyV2: only volumes and snapshots with the driver's tag ebs.csi.aws.com/cluster; others must be tagged first",
      excludes: "clusterScoped",
    },
    clusterScoped: {
      kind: "switch",
      about:
        "AmazonEBSCSIDriverEKSClusterScopedPolicy: only volumes and snapshots of this cluster, by the role's tag eks-cluster-name; needs driver 1.58 with --k8s-tag-cluster-id",
    },
  },
  managed: ({ isOn }) => {
    if (isOn("clusterScoped")) return ["AmazonEBSCSIDriverEKSClusterScopedPolicy"];
    return [isOn("taggedOnly") ? "AmazonEBSCSIDriverPolicyV2" : "service-role/AmazonEBSCSIDriverPolicy"];
  },
  // The policy compares the tags of volumes with this tag of the principal.
  roleTags: ({ isOn, clusterName }) => (isOn("clusterScoped") ? { "eks-cluster-name": clusterName } : {}),
  statements: ({ list }) => [
    allow(of("kms", "CreateGrant", "ListGrants", "RevokeGrant"), list("kmsKeys"), {
      Bool: { "kms:GrantIsForAWSResource": "true" },
    }),
    allow(of("kms", "Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey*", "ReEncrypt*"), list("kmsKeys")),
  ],
});
