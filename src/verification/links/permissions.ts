import { policyName, roleRef } from "../../model/arn.ts";
import { attachmentHash, hashesIn, notAttached, TAG } from "../../model/ownership-tags.ts";
import type { LinkResult } from "../chain.ts";
import { isElsewhere } from "../facts.ts";
import type { Observed, RoleView } from "../observed.ts";
import { advice, broken, caution, fault, judged, pass, skipped, unknown, unseen } from "../result.ts";

/** The role has policies; whether they are sufficient only the workload knows. */
export function checkPermissions(observed: Observed): LinkResult {
  const { role } = observed;
  if (isElsewhere(observed)) return unknown("the role is in a different AWS account, which can't be read");
  if (role.state === "unknown") return unseen(role.failure);
  if (role.state === "unasked" || role.value === undefined) return skipped("there is no role to check");
  const { attached, inline } = role.value;
  if (attached.state === "unknown") return unseen(attached.failure);
  if (inline.state === "unknown") return unseen(inline.failure);
  if (attached.state === "unasked" || inline.state === "unasked") return skipped("not read");
  return checkPolicies(role.value, attached.value ?? [], inline.value ?? []);
}

function checkPolicies(
  { role }: RoleView,
  attached: readonly string[],
  inline: readonly string[],
): LinkResult {
  const there = new Set(attached.map(attachmentHash));
  const gone = [...hashesIn(role.tags[TAG.attached])].filter((mark) => !there.has(mark));
  const names = [...attached.map(policyName), ...inline.map((name) => `${name} (inline)`)];
  const evidence = { role: role.arn, policies: names.join(", ") || "none" };
  const { name } = roleRef(role.arn);
  if (gone.length > 0) {
    const message = notAttached(gone.length);
    const fix = advice(`Attach it to role ${name} again: irsa create-sa with --policy-arn`);
    return broken(fault("attachment-gone", message, { ...evidence, missing: `${gone.length}` }, fix));
  }
  if (names.length > 0) return pass(names.join(", "));
  // Resource-based policies of buckets, keys and queues may allow the role, which the role does not show.
  const fix = advice(`Attach the policies that the workload needs to role ${name}`);
  const message = "no policies attached; pods only have what resource-based policies grant";
  return judged([caution("nothing-allowed", message, evidence, fix)], message);
}
