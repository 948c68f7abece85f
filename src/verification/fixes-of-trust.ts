import type { Role } from "../model/iam-objects.ts";
import type { Remedy } from "../model/remedy.ts";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";
import type { Grant } from "../model/trust-policy/grant.ts";
import { roleArnOf } from "./facts.ts";
import { addTrust } from "./fixes.ts";
import type { Observed } from "./observed.ts";
import { sizeNote, tooLong } from "./trust-size.ts";

/** Allows the ServiceAccount in the role's trust policy, where there is room for it. */
export function allowing(observed: Observed, role: Role, grant: Grant, ref: ServiceAccountRef): Remedy {
  const long = tooLong(observed, role, grant);
  if (long !== undefined) return long;
  const fix = addTrust(observed, ref, roleArnOf(observed) ?? role.arn, grant);
  const size = sizeNote(observed, role, grant);
  return size === undefined ? fix : { ...fix, note: [size, fix.note ?? ""].join(" ").trim() };
}
