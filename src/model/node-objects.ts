import type { RoleArn } from "./arn.ts";

/** A managed node group, with what we read of it. */
export interface NodeGroup {
  readonly name: string;
  /** The role of its nodes. */
  readonly roleArn: RoleArn;
}

/** A Fargate profile, with what we read of it. */
export interface FargateProfile {
  readonly name: string;
  /** The role by which images are pulled and logs are written; pods can't get it. */
  readonly roleArn: RoleArn;
}
