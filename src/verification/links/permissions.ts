import { policyName, roleRef } from "../../model/arn.ts";
import { attachmentHash, marksIn, TAG } from "../../model/ownership-tags.ts";
import type { LinkResult } from "../chain.ts";
import { isElsewhere } from "../facts.ts";
import type { Observed, RoleView } from "../observed.ts";
import { advice, broken, caution, fault, judged, pass, skipped, unknown, unseen } from "../result.ts";

/** The role may do something: what its pods need is theirs to know. */
export function checkPermissions(observed: Observed): LinkResult {
  const { role } = observed;
  if (isElsewhere(observed))
    return unknown("the role is of another AWS account, which can't be read from here");
  if (role.state === "unknown") return unseen(role.failure);
  if (role.state === "unasked" || role.value === undefined) return skipped("there is no role to look at");
  const { attached, inline } = role.value;
  if (attached.state === "unknown") return unseen(attached.failure);
  if (inline.state === "unknown") return unseen(inline.failure);
  if (attached.state === "unasked" || inline.state === "unasked") return skipped("not asked");
  return checkPolicies(role.value, attached.value ?? [], inline.value ?? []);
}

function checkPolicies(
  { role }: RoleView,
  attached: readonly string[],
  inline: readonly string[],
): LinkResult {
  const there = new Set(attached.map(attachmentHash));
  const gone = [...marksIn(role.tags[TAG.attached])].filter((mark) => !there.has(mark));
  const names = [...attached.map(policyName), ...inline.map((name) => `${name} (inline)`)];
  const evidence = { role: role.arn, policies: names.join(", ") || "none" };
  const { name } = roleRef(role.arn);
  if (gone.length > 0) {
    const message = `${gone.length === 1 ? "a policy" : `${gone.length} policies`} that irsa attached is no longer there`;
    const fix = advice(`Attach it again: irsa create-sa with its --policy-arn; it stood on role ${name}`);
    return broken(fault("attachment-gone", message, { ...evidence, missing: `${gone.length}` }, fix));
  }
  if (names.length > 0) return pass(names.join(", "));
  // Policies of buckets, keys and queues may name the role; whether any does can't be seen from the role.
  const fix = advice(`Attach what the workload needs to role ${name}`);
  const message = "the role has no policy: its pods may do what resources' own policies grant, and no more";
  return judged([caution("nothing-allowed", message, evidence, fix)], message);
}
