import { parseRoleArn, roleRef, type RoleArn } from "../../../model/arn.ts";
import { valueOf } from "../../../model/known.ts";
import { mayAssume } from "../../../model/trust-policy/may-assume.ts";
import { refusalBy, refusalEvidence, type TrustRefusal } from "../../../model/trust-policy/refusal.ts";
import { readTrust } from "../../../model/trust-policy/read.ts";
import { targetRoleRequests } from "../../../model/trust-policy/pod-identity-request.ts";
import type { TrustRequest } from "../../../model/trust-policy/request.ts";
import type { LinkFinding, LinkResult } from "../../chain.ts";
import { associationOf, isProved, roleArnOf, secondFor, targetRoleArnOf } from "../../facts.ts";
import type { Observed } from "../../observed.ts";
import { advice, broken, fault, pass, skipped, unknown, unseen } from "../../result.ts";

/** The target role exists and allows the association's role to assume it, and that one may. */
export function checkTargetRole(observed: Observed): LinkResult {
  const { targetRole } = observed;
  const association = associationOf(observed);
  const arn = targetRoleArnOf(observed);
  const first = roleArnOf(observed);
  if (association === undefined) return skipped("the association is unknown");
  if (association.targetRoleArn === undefined) return skipped("the association has no target role");
  if (arn === undefined || first === undefined)
    return unknown(`'${association.targetRoleArn}' is not a valid role ARN`);
  const { name, awsAccount } = roleRef(arn);
  if (isProved(observed)) return pass(`${name}, confirmed by EKS`);
  const cluster = valueOf(observed.cluster);
  if (cluster === undefined) return skipped("the cluster is unknown");
  const requests = targetRoleRequests(cluster, association, first);
  const isNear = awsAccount === cluster.awsAccount || secondFor(observed, arn) !== undefined;
  if (isNear && targetRole.state === "unknown") return unseen(targetRole.failure);
  if (isNear && targetRole.state === "unasked") return skipped("not read");
  const target = valueOf(targetRole);
  if (isNear && target?.arn !== arn) return broken(missing(arn, target?.arn));
  const found = target && refusalBy(target.trust, requests);
  if (found !== undefined && "action" in found) return broken(refusal(arn, first, found));
  const allowed = mayAssume(
    first,
    valueOf(observed.permissions),
    { arn, trust: readTrust(target?.trust) },
    requests,
  );
  if (allowed === "no") return broken(notAllowed(arn, first, requests));
  if (target === undefined)
    return unknown(
      `the target role is in AWS account ${awsAccount}, which can't be read without --target-profile`,
    );
  if (found !== undefined)
    return unknown(`whether it allows the role depends on ${found.open}, which can't be evaluated here`);
  return allowed === "yes"
    ? pass(
        `${name}${awsAccount === cluster.awsAccount ? "" : ` of ${awsAccount}`} allows ${roleRef(first).name}, which may assume it`,
      )
    : unknown(
        `whether the policies of role ${roleRef(first).name} allow it to assume ${name} could not be read`,
      );
}

function notAllowed(arn: RoleArn, first: RoleArn, requests: readonly TrustRequest[]): LinkFinding {
  const [role, target] = [roleRef(first).name, roleRef(arn).name];
  const message = `the policies of role ${role} do not allow it to assume the target role`;
  const actions = requests.map(({ action }) => action).join(" and ");
  const fix = advice(`Allow role ${role} ${actions} on role ${target} in a policy of its own`);
  return fault("target-role-not-allowed", message, { role: first, "target role": arn }, fix);
}

function missing(arn: RoleArn, actual: RoleArn | undefined): LinkFinding {
  const message =
    actual === undefined
      ? `target role '${roleRef(arn).name}' not found`
      : "the target role's ARN differs in path or case";
  const fix = advice("Set the association's target role to an existing role, or create this one again");
  return fault("target-role-missing", message, { "target role": arn, "there is": actual ?? "none" }, fix);
}

function refusal(arn: RoleArn, first: RoleArn, found: Exclude<TrustRefusal, { open: string }>): LinkFinding {
  const { name } = roleRef(arn);
  const evidence = { "target role": arn, role: first, action: found.action, ...refusalEvidence(found) };
  const key = found.nearest?.mismatches[0]?.key?.toLowerCase();
  if (key === "sts:externalid" && !found.explicit) {
    const message = "the target role's trust policy requires another external ID than the association's";
    const fix = advice(
      `Ask the owner of role ${name} to require the association's external ID (sts:ExternalId)`,
    );
    return fault("target-external-id", message, evidence, fix);
  }
  const isTags = found.action === "sts:TagSession" && !found.explicit && found.nearest === undefined;
  const code = isTags ? "target-tag-session-missing" : "target-role-refuses";
  const message = isTags
    ? "the target role's trust policy does not allow sts:TagSession"
    : "the target role's trust policy does not allow the association's role";
  const fix = advice(
    `Ask the owner of role ${name} to allow ${found.action} to ${parsedName(first)} in its trust policy`,
  );
  return fault(code, message, evidence, fix);
}

function parsedName(arn: RoleArn): string {
  const parsed = parseRoleArn(arn);
  return parsed.ok ? `role ${roleRef(parsed.value).name}` : arn;
}
