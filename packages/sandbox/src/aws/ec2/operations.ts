import type { Operations } from "../operation.ts";
import { INSTANCE_OPERATIONS } from "./instances.ts";
import { LAUNCH_TEMPLATE_OPERATIONS } from "./launch-templates.ts";

/** All of EC2 that is emulated: what tells which roles nodes have, and how pods reach them. */
export const EC2_OPERATIONS: Operations = { ...INSTANCE_OPERATIONS, ...LAUNCH_TEMPLATE_OPERATIONS };
