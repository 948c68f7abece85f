import type { RoleArn } from "../../model/arn.ts";
import { Failure } from "../../model/failure.ts";

/**
 * The failure for a role that the AWS account does not have.
 * @param asked its name or ARN
 * @param namesake the role there that has its name but another path
 */
export function roleNotFound(asked: string, namesake: RoleArn | undefined): Failure {
  return new Failure("failed", "no-role", `role '${asked}' not found`, {
    advice:
      namesake === undefined
        ? "Check its name and AWS account. To list the roles of ServiceAccounts: irsa get-sa"
        : `Did you mean ${namesake}?`,
  });
}
