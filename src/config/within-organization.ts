import { isAwsManaged, policyIn, policyName, type PolicyArn } from "../model/arn.ts";
import type { Tags } from "../model/iam-objects.ts";
import { Failure } from "../model/failure.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../model/service-account-ref.ts";
import { derived } from "../model/source.ts";
import { matchesWildcard } from "../model/trust-policy/match.ts";
import type { DesiredServiceAccount, ManagedRole } from "../service-account/create/desired.ts";
import type { DesiredUpdate } from "../service-account/update/desired.ts";
import { addedPolicies } from "../service-account/update/plan.ts";
import type { OrganizationPolicy } from "./organization.ts";

type Ask = Omit<DesiredServiceAccount, "clusterFlags">;

/**
 * The ask with what the organization demands: what is open is filled in, and what goes against it is refused. A role
 * that exists and is used as it is (`attachRoleARN`) is its owner's.
 * @throws Failure `organization` that names everything that goes against it
 */
export function withinOrganization<A extends Ask>(
  desired: A,
  organization: OrganizationPolicy | undefined,
): A {
  const { role } = desired;
  if (organization === undefined || role.kind !== "managed") return desired;
  const against = refusals(role, organization);
  if (against.length > 0) throw refused(desired.serviceAccount, organization, against);
  const { boundary, rolePrefix, rolePath, tags } = organization;
  const filled: ManagedRole = {
    ...role,
    prefix: role.prefix === "" ? (rolePrefix ?? "") : role.prefix,
    tags: { ...role.tags, ...tags },
    ...(boundary !== undefined && { boundary }),
    ...(rolePath !== undefined && { path: role.path ?? rolePath }),
  };
  return { ...desired, role: filled };
}

/**
 * The same for the roles that are kept in another AWS account, a target role or all of them: a permissions boundary is a policy of
 * the role's own AWS account, so that the one of the same path and name is demanded there.
 */
export function withinOrganizationOf<A extends Ask>(
  desired: A,
  organization: OrganizationPolicy | undefined,
  awsAccount: string,
): A {
  const { target } = desired;
  const there = organization && inAwsAccount(organization, awsAccount);
  if (target === undefined) return withinOrganization(desired, there);
  const { role } = withinOrganization({ ...desired, role: target }, there);
  return role.kind === "managed" ? { ...desired, target: role } : desired;
}

function inAwsAccount(organization: OrganizationPolicy, awsAccount: string): OrganizationPolicy {
  const { boundary } = organization;
  if (boundary === undefined || isAwsManaged(boundary)) return organization;
  return { ...organization, boundary: derived(boundary, (arn) => policyIn(arn, awsAccount)) };
}

/**
 * Holds a change of a role that is there against what the organization demands: nothing of that is taken off.
 * @throws Failure `organization` that names everything that goes against it
 */
export function checkWithinOrganization(
  { serviceAccount, policies, boundary, setTags, unsetTags }: DesiredUpdate,
  organization: OrganizationPolicy | undefined,
): void {
  if (organization === undefined) return;
  const unbound = boundary !== undefined && "remove" in boundary && organization.boundary !== undefined;
  const set = boundary !== undefined && "set" in boundary ? { boundary: boundary.set } : {};
  const lost = Object.keys(organization.tags).filter((key) =>
    unsetTags.some((one) => one.toLowerCase() === key.toLowerCase()),
  );
  const against: Refusal[] = [
    ...(unbound ? [["boundary", `must remain ${organization.boundary}`] as const] : []),
    ...lost.map((key) => ["tag", `${key} must remain`] as const),
    ...grantRefusals({ policies: addedPolicies({ policies }), tags: setTags, ...set }, organization),
  ];
  if (against.length > 0) throw refused(serviceAccount, organization, against);
}

type Refusal = readonly [what: string, why: string];

function refusals(role: ManagedRole, organization: OrganizationPolicy): readonly Refusal[] {
  const { rolePrefix = "", rolePath } = organization;
  const name = role.name ?? (role.prefix === "" ? rolePrefix : role.prefix);
  const misnamed = !name.startsWith(rolePrefix);
  const misplaced = rolePath !== undefined && role.path !== undefined && !role.path.startsWith(rolePath);
  return [
    ...(misnamed ? [["role's name", `'${name}'; it must begin with '${rolePrefix}'`] as const] : []),
    ...(misplaced ? [["role's path", `'${role.path}'; it must be ${rolePath} or below it`] as const] : []),
    ...grantRefusals(role, organization),
  ];
}

function grantRefusals(
  role: { readonly policies: readonly PolicyArn[]; readonly boundary?: PolicyArn; readonly tags: Tags },
  { boundary, tags, forbiddenPolicies }: OrganizationPolicy,
): readonly Refusal[] {
  const unlike = boundary !== undefined && role.boundary !== undefined && role.boundary !== boundary;
  const wrongTags = Object.entries(tags).flatMap(([key, value]): Refusal[] => {
    const asked = Object.entries(role.tags).find(([one]) => one.toLowerCase() === key.toLowerCase());
    if (asked === undefined || (asked[0] === key && asked[1] === value)) return [];
    return [["tag", `${asked.join("=")}; it must be ${key}=${value}`]];
  });
  const forbidden = role.policies.flatMap((policy): Refusal[] => {
    const glob = forbiddenPolicies.find((one) => isMeant(policy, one));
    return glob === undefined ? [] : [["policy", `${policyName(policy)} is forbidden (${glob})`]];
  });
  return [
    ...(unlike ? [["boundary", `${role.boundary}; it must be ${boundary}`] as const] : []),
    ...wrongTags,
    ...forbidden,
  ];
}

function isMeant(policy: PolicyArn, glob: string): boolean {
  return matchesWildcard(glob, glob.includes(":") ? policy : policyName(policy));
}

function refused(
  serviceAccount: ServiceAccountRef,
  { file }: OrganizationPolicy,
  against: readonly Refusal[],
): Failure {
  const why = against.map(([what, text]) => `${what} ${text}`).join("; ");
  const message = `${serviceAccountPath(serviceAccount)} violates the organization policy: ${why}`;
  return new Failure("refused", "organization", message, {
    facts: [["rules", file]],
    advice: "No flag overrides this file; ask its owner to change it",
  });
}
