import { Failure } from "../model/failure.ts";
import type { Role } from "../model/iam-objects.ts";
import { accountPath, type ServiceAccountRef } from "../model/service-account-ref.ts";
import { shellCommand } from "../model/shell.ts";
import { isEksctls } from "./ownership.ts";

/**
 * The refusal to change or remove a role that is not irsa's; for eksctl's with the command that takes it over.
 * @param reach the flags that lead to the cluster again
 */
export function foreignRole(
  role: Role,
  ref: ServiceAccountRef,
  why: string,
  reach: readonly string[],
): Failure {
  const path = accountPath(ref);
  const facts = [["role", role.arn]] as const;
  const message = `the role of ${path} is not irsa's: ${why}`;
  if (!isEksctls(role.tags))
    return new Failure("refused", "foreign-role", message, {
      facts,
      advice: "It is changed where it was made",
    });
  return new Failure("refused", "foreign-role", message, {
    facts,
    advice: "Take it over first; it stays as it is, and its pods notice nothing:",
    command: shellCommand(["irsa", "adopt", path, ...reach, "--approve"]),
  });
}
