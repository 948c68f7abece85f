import { evaluateTrust } from "irsa-model/trust-policy/evaluate.ts";
import { contextOf } from "irsa-model/trust-policy/request.ts";
import { AwsError } from "./exchange.ts";
import type { Principal } from "./principals.ts";
import {
  checkRoleDuration,
  checkSessionRequest,
  factsOf,
  type AssumableRole,
  type SessionRequest,
} from "./session-request.ts";

/** The parameters of AssumeRole that decide. Source: STS API Reference, AssumeRole. */
export interface AssumeRoleRequest extends SessionRequest {
  readonly externalId: string | undefined;
}

const HOUR = 3600;

/**
 * Decides AssumeRole: the role's trust must admit the caller, whose own permissions are taken for granted.
 * @throws AwsError ValidationError, AccessDenied
 */
export function grantRole(
  request: AssumeRoleRequest,
  caller: Principal,
  role: AssumableRole | undefined,
  now: number,
): AssumableRole {
  checkSessionRequest(request);
  if (role?.arn !== request.roleArn || !admits(role, request, caller, now)) {
    const message = `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${request.roleArn}`;
    throw new AwsError(403, "AccessDenied", message);
  }
  if (caller.arn.includes(":assumed-role/") && request.durationSeconds > HOUR) {
    const message =
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining";
    throw new AwsError(400, "ValidationError", message);
  }
  checkRoleDuration(role, request);
  return role;
}

function admits(role: AssumableRole, request: AssumeRoleRequest, caller: Principal, now: number): boolean {
  const context = contextOf({
    ...factsOf(request, now),
    "aws:PrincipalArn": caller.arn,
    "aws:PrincipalAccount": caller.awsAccount,
    ...(request.externalId !== undefined && { "sts:ExternalId": request.externalId }),
  });
  const principal = { type: "AWS", arn: caller.arn, awsAccount: caller.awsAccount } as const;
  const judged = evaluateTrust(role.trust, {
    principal,
    action: "sts:AssumeRole",
    context,
    others: "absent",
  });
  return judged.verdict === "allow";
}
