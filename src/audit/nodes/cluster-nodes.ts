import { UNASKED, type Seen } from "../../model/known.ts";
import type { FargateProfile, NodeGroup } from "../../model/node-objects.ts";

/** What tells which roles the nodes of a cluster have. */
export interface ClusterNodes {
  readonly groups: Seen<readonly NodeGroup[]>;
  readonly fargate: Seen<readonly FargateProfile[]>;
}

/** For whoever asks nothing about nodes. */
export const NO_NODES: ClusterNodes = { groups: UNASKED, fargate: UNASKED };
