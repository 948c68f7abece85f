import type { ConflictMode } from "./addon-change.ts";
import type { Tags } from "./iam-objects.ts";

/** An EKS add-on, with what we read of it. Source: EKS API Reference, Addon. */
export interface Addon {
  readonly name: string;
  /** Ends in a UUID: the same add-on, installed again, has another. */
  readonly arn: string;
  /** ACTIVE, CREATING, CREATE_FAILED, DEGRADED, DELETING, UPDATING or the like. */
  readonly status: string;
  readonly version: string;
  /** What EKS says is wrong with it, as `InsufficientNumberOfReplicas: …`. */
  readonly issues: readonly string[];
  readonly tags: Tags;
}

/** A version of an add-on that a cluster's Kubernetes version can have. Source: EKS API Reference, DescribeAddonVersions. */
export interface AddonVersion {
  readonly version: string;
  /** True for the one that EKS installs if none is named. */
  readonly isDefault: boolean;
}

/** An add-on to install. */
export interface NewAddon {
  readonly name: string;
  /** EKS's default for the cluster, unless given. */
  readonly version?: string;
  readonly resolveConflicts: ConflictMode;
  readonly tags: Tags;
}
