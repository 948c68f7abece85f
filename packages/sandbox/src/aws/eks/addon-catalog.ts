/** An add-on that can be installed. */
export interface KnownAddon {
  readonly version: string;
  /** Versions that can be installed too, the newest first. */
  readonly older?: readonly string[];
  readonly namespace: string;
  /** The ServiceAccount that `serviceAccountRoleArn` is for; absent on those that need no permissions. */
  readonly serviceAccount?: string;
}

/**
 * Add-ons by name, each in its default version and at times in older ones. Source: EKS User Guide, "AWS add-ons" and "Community add-ons".
 */
export const KNOWN_ADDONS: Readonly<Record<string, KnownAddon>> = {
  "amazon-cloudwatch-observability": {
    version: "v4.4.0-eksbuild.1",
    namespace: "amazon-cloudwatch",
    serviceAccount: "cloudwatch-agent",
  },
  "aws-ebs-csi-driver": {
    version: "v1.50.1-eksbuild.1",
    namespace: "kube-system",
    serviceAccount: "ebs-csi-controller-sa",
  },
  "aws-efs-csi-driver": {
    version: "v2.1.13-eksbuild.1",
    namespace: "kube-system",
    serviceAccount: "efs-csi-controller-sa",
  },
  "aws-mountpoint-s3-csi-driver": {
    version: "v2.1.0-eksbuild.1",
    namespace: "kube-system",
    serviceAccount: "s3-csi-driver-sa",
  },
  coredns: { version: "v1.12.4-eksbuild.1", namespace: "kube-system" },
  "eks-node-monitoring-agent": { version: "v1.4.1-eksbuild.1", namespace: "kube-system" },
  "eks-pod-identity-agent": {
    version: "v1.3.9-eksbuild.3",
    older: ["v1.3.8-eksbuild.2"],
    namespace: "kube-system",
  },
  "external-dns": {
    version: "v0.19.0-eksbuild.2",
    namespace: "external-dns",
    serviceAccount: "external-dns",
  },
  "kube-proxy": { version: "v1.35.0-eksbuild.2", namespace: "kube-system" },
  "metrics-server": { version: "v0.8.0-eksbuild.2", namespace: "kube-system" },
  "snapshot-controller": { version: "v8.3.0-eksbuild.1", namespace: "kube-system" },
  "vpc-cni": { version: "v1.20.4-eksbuild.1", namespace: "kube-system", serviceAccount: "aws-node" },
};

/** The add-on whose pods hand out the credentials of associations. */
export const POD_IDENTITY_AGENT = "eks-pod-identity-agent";
