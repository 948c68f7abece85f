import type { Operations } from "../operation.ts";
import { CLUSTER_OPERATIONS } from "./clusters.ts";
import { POD_IDENTITY_OPERATIONS } from "./pod-identity.ts";

/** All of EKS that is emulated. */
export const EKS_OPERATIONS: Operations = { ...CLUSTER_OPERATIONS, ...POD_IDENTITY_OPERATIONS };
