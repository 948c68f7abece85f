import type { NotJudged } from "../model/access-answers.ts";
import { parseRoleArn, roleRef, type RoleArn } from "../model/arn.ts";
import { listed, type Known } from "../model/known.ts";
import type { RoleListing } from "../model/iam-objects.ts";
import type { AccessPath } from "./access-index.ts";
import type { Candidate } from "./candidates.ts";
import type { AuditedCluster } from "./inventory.ts";

/**
 * The roles that the ServiceAccount's annotation and associations lead to and that are in other AWS accounts: their trust policies
 * can't be read here. A target role counts unless the role before it refuses.
 */
export function notJudged(
  { ref }: Pick<Candidate, "ref">,
  annotated: RoleArn | undefined,
  { cluster, associations }: Pick<AuditedCluster, "cluster" | "associations">,
  { roles, paths }: { readonly roles: Known<readonly RoleListing[]>; readonly paths: readonly AccessPath[] },
): readonly NotJudged[] {
  const isElsewhere = (role: RoleArn): boolean => roleRef(role).awsAccount !== cluster.awsAccount;
  const byAnnotation =
    annotated !== undefined && isElsewhere(annotated) ? [{ role: annotated, via: "irsa" } as const] : [];
  const own = listed(associations).filter(
    ({ serviceAccount: { namespace, name } }) => namespace === ref.namespace && name === ref.name,
  );
  const byAssociation = own.flatMap(({ roleArn, targetRoleArn }): NotJudged[] => {
    const [first, target] = [roleArn, targetRoleArn ?? ""].map((text) => parseRoleArn(text));
    if (first?.ok !== true) return [];
    if (isElsewhere(first.value)) return [{ role: first.value, via: "pod-identity" }];
    const isRefused =
      roles.state === "known" &&
      !paths.some(({ role, via }) => via === "pod-identity" && role.arn === first.value);
    if (target?.ok !== true || !isElsewhere(target.value) || isRefused) return [];
    return [{ role: target.value, via: "pod-identity", through: first.value }];
  });
  return [...byAnnotation, ...byAssociation];
}
