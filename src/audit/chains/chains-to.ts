import type { IamPort } from "../../aws/port.ts";
import type { ReachedByChain } from "../../model/access-answers.ts";
import type { PolicyArn, RoleArn } from "../../model/arn.ts";
import type { RoleDetails, RoleListing } from "../../model/iam-objects.ts";
import { known, valueOf } from "../../model/known.ts";
import type { PermissionsOf } from "../../model/role-permissions.ts";
import type { PolicyDocument } from "../../model/trust-policy/document.ts";
import { readTrust } from "../../model/trust-policy/read.ts";
import { accessIndexOf, type RoleAccess } from "../access-index.ts";
import { attempting, type Attempt } from "../attempt.ts";
import type { AuditedCluster, Gap } from "../inventory.ts";
import { isAssumable, sessionPoliciesOf } from "../is-assumable.ts";
import { nodeRolesByArn } from "../nodes/node-roles.ts";
import { detailsOf, type IamOf } from "../observe-policies.ts";
import { observeRoles } from "../observe-roles.ts";
import { chainsFor } from "./chains-for.ts";
import { lastOf, MOST_HOPS } from "./role-chains.ts";
import type { SessionPolicies } from "./session-policies.ts";
import { mayAllowRoles, mayAllowRolesOf, mayLeadTo, type ChainRole } from "./trust-index.ts";

/** The roles that may lead to one, by the trust policies, and what was read with them. */
export interface LeadingRoles {
  /** The role that is led to first, and the others. */
  readonly roles: readonly RoleListing[];
  readonly details: ReadonlyMap<RoleArn, RoleDetails>;
  readonly policies: ReadonlyMap<PolicyArn, PolicyDocument>;
  readonly gaps: readonly Gap[];
}

/** A chain that leads to the role, and who can assume its first role with a token or by an association. */
export interface ChainTo extends ReachedByChain {
  readonly first: RoleAccess;
  readonly second: ChainRole;
}

/** Reads the roles that may lead to this one; no call is made if its trust policy allows no role. */
export async function readLeadingRoles(target: RoleListing, iam: IamPort): Promise<LeadingRoles> {
  const gaps: Gap[] = [];
  const nothing = { roles: [target], details: new Map(), policies: new Map(), gaps };
  if (!mayAllowRoles(readTrust(target.trust))) return nothing;
  const found = valueOf(await observeRoles(iam, attempting(gaps)));
  if (found === undefined) return nothing;
  const own = parsed(target);
  const others = found.roles.filter(({ arn }) => arn !== target.arn).map(parsed);
  const leading = mayLeadTo(own, others, MOST_HOPS);
  return {
    roles: [...leading].map(({ role }) => role),
    details: found.details ?? nothing.details,
    policies: found.policies ?? nothing.policies,
    gaps,
  };
}

/** Adds the roles of another AWS account that may lead to the role; no call is made if none of the others may allow them. */
export async function withRolesOf(
  awsAccount: string,
  leading: LeadingRoles,
  iam: IamPort,
): Promise<LeadingRoles> {
  const near = leading.roles.map(parsed);
  const [target] = near;
  if (target === undefined || !near.some(({ trust }) => mayAllowRolesOf(trust, awsAccount))) return leading;
  const gaps = [...leading.gaps];
  const found = valueOf(await observeRoles(iam, attempting(gaps)));
  if (found === undefined) return { ...leading, gaps };
  const all = mayLeadTo(target, [...near, ...found.roles.map(parsed)], MOST_HOPS);
  return {
    roles: [...all].map(({ role }) => role),
    details: new Map([...leading.details, ...(found.details ?? [])]),
    policies: new Map([...leading.policies, ...(found.policies ?? [])]),
    gaps,
  };
}

function parsed(role: RoleListing): ChainRole & { readonly role: RoleListing } {
  return { role, arn: role.arn, trust: readTrust(role.trust) };
}

/** The chains to the role from those that pods of the clusters can get. @param gaps gets what could not be read */
export async function chainsTo(
  target: RoleArn,
  { roles, details, policies }: LeadingRoles,
  clusters: readonly AuditedCluster[],
  others: readonly RoleListing[],
  { iam, attempt, gaps, permissionsOf }: Reading,
): Promise<readonly ChainTo[]> {
  const before = roles.filter(({ arn }) => arn !== target);
  if (before.length === 0) return [];
  const all = new Map([...others, ...before].map((role) => [role.arn, role]));
  const access = accessIndexOf({ roles: known([...all.values()]), clusters }, gaps, permissionsOf);
  const ofNodes = nodeRolesByArn(clusters);
  const sources = before.flatMap(({ arn }) => {
    const found = access.find(arn);
    return found !== undefined && (isAssumable(found) || ofNodes.has(arn)) ? [found] : [];
  });
  const arns = sources.map(({ role }) => role.arn);
  const unread = arns.filter((arn) => !details.has(arn));
  const read = new Map([...details, ...(await detailsOf(unread, iam, attempt))]);
  const ways = new Map(sources.map((one) => [one.role.arn, sessionPoliciesOf(one)]));
  const sessionPolicies = (arn: RoleArn): SessionPolicies =>
    ofNodes.has(arn) ? [undefined] : (ways.get(arn) ?? []);
  const facts = { roles: known(roles), details: read, policies, sessionPolicies };
  const found = await chainsFor(arns, facts, iam, attempt, gaps);
  return found
    .filter((chain) => lastOf(chain) === target)
    .flatMap((chain) => {
      const first = sources.find(({ role }) => role.arn === chain.roles[0]);
      const second = roles.find(({ arn }) => arn === chain.roles[1]);
      return first === undefined || second === undefined ? [] : [{ ...chain, first, second: parsed(second) }];
    });
}

interface Reading {
  readonly iam: IamOf;
  readonly attempt: Attempt;
  readonly gaps: Gap[];
  readonly permissionsOf: PermissionsOf;
}
