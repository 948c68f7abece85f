import { present } from "../../model/present.ts";
import { Problems } from "../../model/problems.ts";
import type { Scope } from "../../permissions/scope.ts";
import { checkTargetsFlags, type TargetsFlags } from "../shared/targets/options.ts";
import { targetsIn } from "../shared/targets/read-targets.ts";

/** The flags that name AWS accounts to cover. */
export type TargetsScopeFlags = Pick<TargetsFlags, "targets" | "organization" | "assumeRole">;

/**
 * The roles that a caller assumes for these AWS accounts. Of roles that are assumed one by one it is the first.
 * @throws Failure of kind `input`
 */
export async function targetsOf({
  targets,
  organization,
  assumeRole,
}: TargetsScopeFlags): Promise<Scope["targets"]> {
  const problems = new Problems();
  checkTargetsFlags(present({ targets, organization, assumeRole }), problems);
  problems.throwIfAny();
  if (assumeRole !== undefined) return { roles: [assumeRole], isOrganization: true };
  if (targets === undefined) return undefined;
  const firsts = (await targetsIn(targets)).flatMap(({ access }) => access.roles.slice(0, 1));
  return { roles: [...new Set(firsts)], isOrganization: false };
}
