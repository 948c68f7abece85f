import type { RoleArn } from "../../model/arn.ts";
import type { InstanceMetadata } from "../../model/instance-metadata.ts";
import { UNASKED, type Known, type Seen } from "../../model/known.ts";
import type { Node } from "../../model/kubernetes-objects.ts";
import type { NodeClass } from "../../model/node-classes.ts";
import type { FargateProfile, Instance, NodeGroup } from "../../model/node-objects.ts";

/** A node class, and the role that it gives to nodes: none where it names one that instances can't have. */
export interface ClassOfNodes extends Pick<NodeClass, "kind" | "name" | "metadata"> {
  readonly role: Known<RoleArn | undefined>;
}

/** What tells which roles the nodes of a cluster have. */
export interface ClusterNodes {
  readonly groups: Seen<readonly NodeGroup[]>;
  readonly fargate: Seen<readonly FargateProfile[]>;
  readonly nodes: Seen<readonly Node[]>;
  /** By id. */
  readonly instances: Seen<ReadonlyMap<string, Instance>>;
  /** The roles in the instances' profiles, by the profile's ARN. */
  readonly profiles: ReadonlyMap<string, Known<RoleArn | undefined>>;
  /** What the launch templates of node groups without nodes say, by the group's name. */
  readonly templates: ReadonlyMap<string, Known<InstanceMetadata | undefined>>;
  /** The node classes of each kind that was asked for. */
  readonly classes: readonly Known<readonly ClassOfNodes[]>[];
}

/** For whoever asks nothing about nodes. */
export const NO_NODES: ClusterNodes = {
  groups: UNASKED,
  fargate: UNASKED,
  nodes: UNASKED,
  instances: UNASKED,
  profiles: new Map(),
  templates: new Map(),
  classes: [],
};
