import type { IamPort } from "../../aws/port.ts";
import { parseRoleArn, roleRef, type RoleArn } from "../../model/arn.ts";
import { Failure } from "../../model/failure.ts";
import type { RoleListing } from "../../model/iam-objects.ts";
import type { Problems } from "../../model/problems.ts";
import { parseRoleName } from "../../model/role-name.ts";

/** A role that the operator names, by its name or ARN. */
export interface AskedRole {
  readonly name: string;
  readonly arn?: RoleArn;
}

/** @param where the flag or argument that has the text */
export function takeAskedRole(where: string, text: string, problems: Problems): AskedRole | undefined {
  if (text.startsWith("arn:")) {
    const arn = problems.take(where, text, parseRoleArn);
    return arn && { name: roleRef(arn).name, arn };
  }
  const name = problems.take(where, text, parseRoleName);
  return name === undefined ? undefined : { name };
}

/**
 * The role that is asked about.
 * @param awsAccount that of the credentials
 * @throws Failure `foreign-role`, `no-role`
 */
export async function requireRole(
  { name, arn }: AskedRole,
  awsAccount: string,
  iam: IamPort,
): Promise<RoleListing> {
  if (arn !== undefined) requireOwnRole(arn, awsAccount);
  const role = await iam.getRole(name);
  if (role !== undefined && (arn === undefined || role.arn === arn)) return role;
  throw new Failure("failed", "no-role", `role '${arn ?? name}' not found`, {
    advice:
      role === undefined
        ? "Check its name and AWS account. To list the roles of ServiceAccounts: irsa get-sa"
        : `Did you mean ${role.arn}?`,
  });
}

/** @throws Failure `foreign-role` for a role of another AWS account than that of the credentials */
export function requireOwnRole(role: RoleArn, awsAccount: string): void {
  if (roleRef(role).awsAccount === awsAccount) return;
  throw new Failure(
    "failed",
    "foreign-role",
    "the role belongs to a different AWS account than the credentials",
    {
      facts: [
        ["role", role],
        ["credentials", awsAccount],
      ],
      advice: "Use a profile of that AWS account: --profile NAME",
    },
  );
}
