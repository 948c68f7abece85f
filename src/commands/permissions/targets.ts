import { Problems } from "../../model/problems.ts";
import type { Scope } from "../../permissions/scope.ts";
import { parseRoleToAssume } from "../shared/targets/organization.ts";
import { targetsIn } from "../shared/targets/read-targets.ts";

/** The flags that name AWS accounts to cover. */
interface TargetsScopeFlags {
  readonly targets?: string;
  readonly organization?: boolean;
  readonly assumeRole?: string;
}

/**
 * The roles that a caller assumes for these AWS accounts. Of roles that are assumed one by one it is the first.
 * @throws Failure of kind `input`
 */
export async function targetsOf({
  targets,
  organization = false,
  assumeRole,
}: TargetsScopeFlags): Promise<Scope["targets"]> {
  const problems = new Problems();
  if (targets !== undefined && organization)
    problems.note("--organization", "", "can't be combined with --targets");
  if (organization && assumeRole === undefined)
    problems.note("--organization", "", "requires --assume-role, the role to assume in each AWS account");
  if (!organization && assumeRole !== undefined)
    problems.note("--assume-role", assumeRole, "requires --organization");
  const role = problems.maybe("--assume-role", assumeRole, parseRoleToAssume);
  problems.throwIfAny();
  if (role !== undefined) return { roles: [role], isOrganization: true };
  if (targets === undefined) return undefined;
  const firsts = (await targetsIn(targets)).flatMap(({ access }) => access.roles.slice(0, 1));
  return { roles: [...new Set(firsts)], isOrganization: false };
}
