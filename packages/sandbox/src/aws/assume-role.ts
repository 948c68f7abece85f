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

/** Who assumes a role. */
export interface Caller extends Principal {
  /** The ARN of the user, or of the role behind a session. */
  readonly principalArn: string;
  /** The tags that the caller's session passes on. */
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Decides AssumeRole: the role's trust must admit the caller, whose own permissions are taken for granted, and the tags
 * that the caller's session passes on. Source: IAM User Guide, "Chaining roles with session tags".
 * @throws AwsError ValidationError, AccessDenied
 */
export function grantRole(
  request: AssumeRoleRequest,
  caller: Caller,
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

function admits(role: AssumableRole, request: AssumeRoleRequest, caller: Caller, now: number): boolean {
  const tags = Object.entries(caller.tags);
  const keys = tags.map(([key]) => key);
  const context = contextOf({
    ...factsOf(request, now),
    "aws:PrincipalArn": caller.principalArn,
    "aws:PrincipalAccount": caller.awsAccount,
    ...Object.fromEntries(
      tags.flatMap(([key, value]) => [
        [`aws:RequestTag/${key}`, value],
        [`aws:PrincipalTag/${key}`, value],
      ]),
    ),
    ...(keys.length > 0 && { "aws:TagKeys": keys, "sts:TransitiveTagKeys": keys }),
    ...(request.externalId !== undefined && { "sts:ExternalId": request.externalId }),
  });
  const principal = { type: "AWS", arn: caller.arn, awsAccount: caller.awsAccount } as const;
  const actions = ["sts:AssumeRole", ...(keys.length > 0 ? ["sts:TagSession"] : [])];
  return actions.every(
    (action) =>
      evaluateTrust(role.trust, { principal, action, context, others: "absent" }).verdict === "allow",
  );
}
