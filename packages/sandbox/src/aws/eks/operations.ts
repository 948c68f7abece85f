import type { Operations } from "../operation.ts";
import { ADDON_OPERATIONS } from "./addons.ts";
import { CLUSTER_OPERATIONS } from "./clusters.ts";
import { VERSION_OPERATIONS } from "./cluster-versions.ts";
import { FARGATE_OPERATIONS } from "./fargate-profiles.ts";
import { NODE_GROUP_OPERATIONS } from "./node-groups.ts";
import { POD_IDENTITY_OPERATIONS } from "./pod-identity.ts";
import { TAG_OPERATIONS } from "./tags.ts";

/** All of EKS that is emulated. */
export const EKS_OPERATIONS: Operations = {
  ...ADDON_OPERATIONS,
  ...CLUSTER_OPERATIONS,
  ...FARGATE_OPERATIONS,
  ...NODE_GROUP_OPERATIONS,
  ...POD_IDENTITY_OPERATIONS,
  ...TAG_OPERATIONS,
  ...VERSION_OPERATIONS,
};
