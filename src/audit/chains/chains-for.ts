import type { ReachedByChain } from "../../model/access-answers.ts";
import type { PolicyArn, RoleArn } from "../../model/arn.ts";
import type { RoleDetails, RoleListing } from "../../model/iam-objects.ts";
import { listed, type Known } from "../../model/known.ts";
import { isNodeBaseline } from "../../model/node-baseline.ts";
import type { PolicyDocument } from "../../model/trust-policy/document.ts";
import { readTrust } from "../../model/trust-policy/read.ts";
import { administratorReasons } from "../administrator-reasons.ts";
import type { Attempt } from "../attempt.ts";
import type { Gap } from "../inventory.ts";
import { documentsOf, managedOf, type IamOf } from "../observe-policies.ts";
import { chainsOf } from "./chains-of.ts";
import { observeChains } from "./observe-chains.ts";
import { lastOf } from "./role-chains.ts";
import type { SessionPolicies } from "./session-policies.ts";

/**
 * Reads what is needed of some roles and of those that they lead to, and follows them.
 * @param gaps gets the roles whose chains are too many to be followed
 */
export async function chainsFor(
  sources: readonly RoleArn[],
  found: {
    readonly roles: Known<readonly RoleListing[]>;
    readonly details: ReadonlyMap<RoleArn, RoleDetails>;
    /** The documents that are known already. */
    readonly policies?: ReadonlyMap<PolicyArn, PolicyDocument>;
    readonly sessionPolicies: (role: RoleArn) => SessionPolicies;
  },
  iam: IamOf,
  attempt: Attempt,
  gaps: Gap[],
): Promise<readonly ReachedByChain[]> {
  const roles = listed(found.roles).map((role) => ({ role, trust: readTrust(role.trust) }));
  const own = await documentsOf(managedOf(sources, found.details), found.policies ?? new Map(), iam, attempt);
  const access = { roles };
  const { sessionPolicies } = found;
  const before = { access, details: found.details, policies: own, sessionPolicies };
  const { details, policies } = await observeChains(sources, before, iam, attempt, gaps);
  const reasonsOf = administratorReasons(policies);
  const isAdministrator = (one: RoleDetails): boolean | null => {
    if (reasonsOf(one).length > 0) return true;
    return one.attached.every((arn) => policies.has(arn) || isNodeBaseline(arn)) ? false : null;
  };
  const chains = chainsOf(sources, { access, details, policies, sessionPolicies });
  return [...chains.values()].flat().map((chain) => {
    const last = details.get(lastOf(chain));
    return { ...chain, isAdministrator: last === undefined ? null : isAdministrator(last) };
  });
}
