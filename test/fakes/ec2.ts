import type { Ec2Port } from "../../src/aws/port.ts";
import { Failure } from "../../src/model/failure.ts";
import type { InstanceMetadata } from "../../src/model/instance-metadata.ts";
import type { Instance } from "../../src/model/node-objects.ts";
import type { Effects } from "./iam.ts";

/** What EC2 has. */
export interface Ec2State {
  /** By id. */
  readonly instances: Map<string, Instance>;
  /** What launch templates say of the metadata of instances, by `id version`. */
  readonly launchTemplates: Map<string, InstanceMetadata | undefined>;
}

/** EC2 in memory. */
export function ec2Effects({ instances, launchTemplates }: Ec2State): Effects<Ec2Port> {
  return {
    describeInstances: (ids) => ids.flatMap((id) => instances.get(id) ?? []),
    getLaunchTemplateMetadata: ({ id, version }) => {
      const key = `${id} ${version}`;
      if (launchTemplates.has(key)) return launchTemplates.get(key);
      throw new Failure("failed", "unexpected-answer", "the launch template is missing");
    },
  };
}

/** EC2's answer to whoever lacks the permission for a method. */
export function ec2Denies(method: keyof Ec2Port): Failure {
  const action = method === "describeInstances" ? "DescribeInstances" : "DescribeLaunchTemplateVersions";
  return new Failure("denied", "access-denied", `not permitted: ec2:${action}`);
}
