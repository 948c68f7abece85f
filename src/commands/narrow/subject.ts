import { parseRoleArn, type RoleArn } from "../../model/arn.ts";
import { Failure } from "../../model/failure.ts";
import { Problems } from "../../model/problems.ts";
import { annotatedArn } from "../../model/service-account-facts.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../../model/service-account-ref.ts";
import { requireOwnRole, takeAskedRole, type AskedRole } from "../shared/asked-role.ts";
import { takeServiceAccount } from "../shared/service-account-argument.ts";
import type { Session } from "../shared/session/session.ts";

/** What is to be narrowed: a role, or the role of a ServiceAccount. */
export type NarrowSubject =
  | ({ readonly kind: "role" } & AskedRole)
  | { readonly kind: "ServiceAccount"; readonly serviceAccount: ServiceAccountRef };

/** A role's ARN or name, or `NAMESPACE/NAME`. @throws Failure of kind `input` */
export function parseSubject(text: string): NarrowSubject {
  const problems = new Problems();
  const subject = subjectIn(text, problems);
  problems.throwIfAny();
  return subject ?? { kind: "role", name: text };
}

function subjectIn(text: string, problems: Problems): NarrowSubject | undefined {
  if (text.includes("/") && !text.startsWith("arn:")) {
    const serviceAccount = takeServiceAccount(text, {}, problems);
    return serviceAccount && { kind: "ServiceAccount", serviceAccount };
  }
  const role = takeAskedRole("role", text, problems);
  return role && { kind: "role", ...role };
}

/**
 * The role that a ServiceAccount has, by its annotation or its Pod Identity association.
 * @throws Failure `no-role`, `several-roles`, `foreign-role`
 */
export async function roleOfServiceAccount(
  serviceAccount: ServiceAccountRef,
  session: Session,
): Promise<RoleArn> {
  const { aws, cluster, caller } = session;
  const kubernetes = await session.kubernetes(serviceAccount);
  const [found, associations] = await Promise.all([
    kubernetes.getServiceAccount(serviceAccount),
    aws.eks.describePodIdentities(cluster.name, serviceAccount),
  ]);
  const path = serviceAccountPath(serviceAccount);
  const associated = associations.flatMap(({ roleArn, targetRoleArn }) =>
    [roleArn, targetRoleArn ?? []].flat(),
  );
  const roles = [...new Set([annotatedArn(found) ?? [], associated].flat())];
  const [role, ...others] = roles.flatMap((arn) => {
    const parsed = parseRoleArn(arn);
    return parsed.ok ? [parsed.value] : [];
  });
  if (role === undefined)
    throw new Failure("failed", "no-role", `${path} has no role`, {
      facts: [
        ["ServiceAccount", found === undefined ? "does not exist" : "has no annotation and no association"],
      ],
      advice: "Pass a role instead: irsa narrow ROLE",
    });
  if (others.length > 0)
    throw new Failure("refused", "several-roles", `${path} has ${roles.length} roles`, {
      facts: [["roles", roles]],
      advice: "Narrow each by itself: irsa narrow ROLE",
    });
  requireOwnRole(role, caller.awsAccount);
  return role;
}
