import { parseRoleArn, roleRef, type ClusterRef, type RoleArn } from "../../model/arn.ts";
import type { Failure } from "../../model/failure.ts";
import type { Role } from "../../model/iam-objects.ts";
import type { Known } from "../../model/known.ts";
import type { Note } from "../../model/plan.ts";
import type { ServiceAccountRef } from "../../model/service-account-ref.ts";
import { externalIdFor, targetRoleRequests } from "../../model/trust-policy/pod-identity-request.ts";
import { refusalBy, type TrustRefusal } from "../../model/trust-policy/refusal.ts";

/** An association as it is to be, with what decides what EKS asks of its target role. */
interface TargetedAssociation {
  readonly serviceAccount: ServiceAccountRef;
  readonly targetRole: string | undefined;
  readonly withoutSessionTags: boolean;
  readonly externalId: string | undefined;
}

/**
 * Whether the trust policy of a target role that others keep allows the association's own role, as `verify` judges it. Nothing
 * of one in another AWS account, which is not read.
 * @param first the association's own role
 * @param found the target role
 */
export function targetTrustNotes(
  { serviceAccount, targetRole, withoutSessionTags, externalId }: TargetedAssociation,
  first: RoleArn,
  cluster: ClusterRef,
  found: Known<Role | undefined> | undefined,
): readonly Note[] {
  const parsed = parseRoleArn(targetRole ?? "");
  if (!parsed.ok || found === undefined) return [];
  const arn = parsed.value;
  if (found.state === "unknown") return [unread(arn, found.failure)];
  const target = found.value;
  if (target?.arn !== arn) return [missing(arn, target?.arn)];
  const id = externalId ?? externalIdFor(cluster, serviceAccount);
  const association = { serviceAccount, withoutSessionTags, externalId: id };
  const requests = targetRoleRequests(cluster, association, first);
  const refusal = refusalBy(target.trust, requests);
  return refusal === undefined ? [] : [refused(target.name, first, refusal, id)];
}

function unread(arn: RoleArn, { message: why }: Failure): Note {
  const message = `whether the trust policy of target role '${roleRef(arn).name}' allows the association's role is unknown: ${why}`;
  return { level: "warning", code: "target-role-unread", message };
}

function missing(arn: RoleArn, actual: RoleArn | undefined): Note {
  const message =
    actual === undefined
      ? `target role '${roleRef(arn).name}' not found: EKS can't assume it`
      : `target role ${arn} not found: the role's ARN is ${actual}`;
  return { level: "warning", code: "target-role-missing", message };
}

function refused(name: string, first: RoleArn, refusal: TrustRefusal, externalId: string): Note {
  const [target, role] = [`the trust policy of target role '${name}'`, `role '${roleRef(first).name}'`];
  if ("open" in refusal) {
    const message = `whether ${target} allows ${role} depends on ${refusal.open}, which can't be evaluated here`;
    return { level: "warning", code: "target-role-conditional", message };
  }
  const { action, nearest, explicit } = refusal;
  const unmet = explicit ? undefined : nearest?.mismatches[0];
  const needs = unmet?.key?.toLowerCase() === "sts:externalid" ? ` with external ID ${externalId}` : "";
  const because = explicit
    ? ": a Deny statement applies"
    : unmet?.key === undefined || needs !== ""
      ? ""
      : `: it requires another value of ${unmet.key}`;
  const message = `${target} does not allow ${role} ${action}${needs}${because}; pods get no credentials until it does`;
  return { level: "warning", code: "target-role-refuses", message };
}
