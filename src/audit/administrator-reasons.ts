import { policyName, type PolicyArn, type RoleArn } from "../model/arn.ts";
import type { RoleDetails } from "../model/iam-objects.ts";
import { administratorLike } from "../model/trust-policy/administrator.ts";
import type { PolicyDocument } from "../model/trust-policy/document.ts";

/** The policies of a role that grant administrator access, each with the reason. */
export type ReasonsOf = (details: RoleDetails) => readonly (readonly [policy: string, reason: string])[];

/** Evaluates every managed policy once. @param policies the documents of the managed policies that could be read */
export function administratorReasons(policies: ReadonlyMap<PolicyArn, PolicyDocument>): ReasonsOf {
  const managed = new Map([...policies].map(([arn, document]) => [arn, administratorLike(document)]));
  return (details) => [...reasonsIn(details, managed)];
}

/** Tells of a role whether it is known to have administrator access. */
export function administratorsAmong(
  details: ReadonlyMap<RoleArn, RoleDetails>,
  policies: ReadonlyMap<PolicyArn, PolicyDocument>,
): (role: RoleArn) => boolean {
  const reasonsOf = administratorReasons(policies);
  return (role) => {
    const found = details.get(role);
    return found !== undefined && reasonsOf(found).length > 0;
  };
}

function* reasonsIn(
  { attached, inline }: RoleDetails,
  managed: ReadonlyMap<PolicyArn, string | undefined>,
): Iterable<readonly [string, string]> {
  for (const arn of attached.toSorted()) {
    const reason = managed.get(arn);
    if (reason !== undefined) yield [policyName(arn), reason];
  }
  for (const [name, document] of Object.entries(inline)) {
    const reason = administratorLike(document);
    if (reason !== undefined) yield [`${name} (inline)`, reason];
  }
}
