import type { IamPort } from "../aws/port.ts";
import { listed } from "../model/known.ts";
import { parseRoleArn, roleRef, splitArn, type PolicyArn, type RoleArn } from "../model/arn.ts";
import { mapConcurrent } from "../model/map-concurrent.ts";
import type { RoleDetails } from "../model/iam-objects.ts";
import type { PolicyDocument } from "../model/trust-policy/document.ts";
import type { Attempt } from "./attempt.ts";
import type { AuditedCluster } from "./inventory.ts";
import { permissionsOf, type PermissionsOf } from "../model/role-permissions.ts";

/** How many reads run concurrently, if each takes a call. */
const AT_ONCE = 8;

/** The IAM of one AWS account, or of several by their numbers. */
export type IamOf = IamPort | ((awsAccount: string) => IamPort);

/** The IAM that has the role or the policy; AWS's own policies are in each. */
function iamFor(iam: IamOf, arn: RoleArn | PolicyArn): IamPort {
  return typeof iam === "function" ? iam(splitArn(arn)?.awsAccount ?? "") : iam;
}

/** The roles of the AWS account that associations of these clusters assume to reach a target role. */
export function firstRoles(
  clusters: readonly Pick<AuditedCluster, "cluster" | "associations">[],
): readonly RoleArn[] {
  const roles = clusters.flatMap(({ cluster, associations }) =>
    listed(associations).flatMap(({ roleArn, targetRoleArn }) => {
      const parsed = parseRoleArn(roleArn);
      const isOwn = parsed.ok && roleRef(parsed.value).awsAccount === cluster.awsAccount;
      return targetRoleArn !== undefined && isOwn ? [parsed.value] : [];
    }),
  );
  return [...new Set(roles)].toSorted();
}

/** What is attached to the roles; what can't be read is omitted. */
export async function detailsOf(
  arns: readonly RoleArn[],
  iam: IamOf,
  attempt: Attempt,
): Promise<ReadonlyMap<RoleArn, RoleDetails>> {
  const found = await mapConcurrent(arns, AT_ONCE, async (arn): Promise<[RoleArn, RoleDetails][]> => {
    const { name } = roleRef(arn);
    const details = await attempt(`policies of role ${name}`, () => iamFor(iam, arn).getRoleDetails(name));
    return details.state === "known" && details.value !== undefined ? [[arn, details.value]] : [];
  });
  return new Map(found.flat());
}

/** The documents of managed policies, with those that are known; what can't be read is omitted. */
export async function documentsOf(
  arns: ReadonlySet<PolicyArn>,
  known: ReadonlyMap<PolicyArn, PolicyDocument>,
  iam: IamOf,
  attempt: Attempt,
): Promise<ReadonlyMap<PolicyArn, PolicyDocument>> {
  const missing = [...arns].filter((arn) => !known.has(arn));
  const found = await mapConcurrent(missing, AT_ONCE, async (arn): Promise<[PolicyArn, PolicyDocument][]> => {
    const document = await attempt(`policy ${arn}`, async () => {
      const port = iamFor(iam, arn);
      const version = await port.getPolicyVersionId(arn);
      return version === undefined ? undefined : port.getPolicyDocument(arn, version);
    });
    return document.state === "known" && document.value !== undefined ? [[arn, document.value]] : [];
  });
  return new Map([...known, ...found.flat()]);
}

/** The managed policies of roles, and those that limit them. */
export function managedOf(
  roles: readonly RoleArn[],
  details: ReadonlyMap<RoleArn, RoleDetails>,
): ReadonlySet<PolicyArn> {
  return new Set(
    roles.flatMap((arn) => {
      const found = details.get(arn);
      return [...(found?.attached ?? []), ...(found?.boundary === undefined ? [] : [found.boundary])];
    }),
  );
}

/** What the roles' policies say; what can't be read leaves a gap. */
export async function observePermissions(
  roles: readonly RoleArn[],
  iam: IamPort,
  attempt: Attempt,
): Promise<PermissionsOf> {
  const details = await detailsOf(roles, iam, attempt);
  const policies = await documentsOf(managedOf(roles, details), new Map(), iam, attempt);
  return permissionsOf(details, policies);
}
