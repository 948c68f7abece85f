import { roleRef, type RoleArn } from "../../../model/arn.ts";
import { Failure } from "../../../model/failure.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../../../model/service-account-ref.ts";

/** Nothing is wrong with STS or EKS: the trust statement was removed. */
export function trustLost(
  { serviceAccount, role }: { readonly serviceAccount: ServiceAccountRef; readonly role: RoleArn },
  said: readonly [label: string, value: string],
): Failure {
  const { name } = roleRef(role);
  const message = `the trust policy of '${name}' no longer allows ${serviceAccountPath(serviceAccount)}`;
  return new Failure("failed", "trust-lost", message, {
    facts: [["role", role], said],
    advice:
      "It was changed in the meantime, for example by Terraform. Find out what else manages this role; running the same command again adds the statement",
  });
}
