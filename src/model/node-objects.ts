import type { RoleArn } from "./arn.ts";
import type { InstanceMetadata } from "./instance-metadata.ts";

/** A managed node group, with what we read of it. */
export interface NodeGroup {
  readonly name: string;
  /** The role of its nodes. */
  readonly roleArn: RoleArn;
  /** The launch template that is not EKS's own. */
  readonly launchTemplate?: LaunchTemplateRef;
}

/** A Fargate profile, with what we read of it. */
export interface FargateProfile {
  readonly name: string;
  /** The role by which images are pulled and logs are written; pods can't get it. */
  readonly roleArn: RoleArn;
  /** Pods that match one of them run on Fargate. */
  readonly selectors: readonly FargateSelector[];
}

/** Pods of a namespace, or of those that its pattern matches, with all of the labels. Source: EKS API Reference, FargateProfileSelector. */
export interface FargateSelector {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A version of a launch template. */
export interface LaunchTemplateRef {
  readonly id: string;
  readonly version: string;
}

/** An EC2 instance, with what we read of it. */
export interface Instance {
  readonly id: string;
  /** Absent for one that has none, and with it no role. */
  readonly profileArn?: string;
  /** Absent if EC2 does not tell. */
  readonly metadata?: InstanceMetadata;
}
