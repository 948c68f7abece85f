import type { User } from "../auth/user.ts";
import type { KubeObject } from "../model/object.ts";
import type { Resource } from "../model/resources.ts";

/** A write that is about to happen. */
export interface AdmissionRequest {
  readonly operation: "CREATE" | "UPDATE";
  readonly resource: Resource;
  readonly object: KubeObject;
  readonly oldObject?: KubeObject;
  readonly user: User;
  readonly dryRun: boolean;
}
