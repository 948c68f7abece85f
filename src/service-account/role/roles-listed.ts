import type { IamPort } from "../../aws/port.ts";
import { roleRef } from "../../model/arn.ts";
import type { Role, RoleListing, RolePolicies, RolesInFull } from "../../model/iam-objects.ts";
import { present } from "../../model/present.ts";
import { recoverFailure } from "../../model/recover-failure.ts";

/** From so many roles on, lists of all that the AWS account has are worth their size. */
export const MANY_ROLES = 20;

/** The reads of one role at a time. */
export type RoleReads = Pick<
  IamPort,
  "getRole" | "listAttachedPolicies" | "listInlinePolicies" | "getInlinePolicy"
>;

/**
 * The reads of single roles answered from two lists of all roles: IAM lets through some tens of calls a second, and a
 * page of a list has a thousand roles. Neither list tells all (ListRoles no tags, GetAccountAuthorizationDetails no
 * session duration). What they don't tell alike is read by itself, and so is every role where a list is denied or fails.
 */
export async function rolesListed(iam: IamPort): Promise<RoleReads> {
  const [listed, inFull] = await Promise.all([
    recoverFailure(() => iam.listRoles()),
    recoverFailure(() => iam.listRolesInFull({ policies: false })),
  ]);
  return listed === undefined || inFull === undefined ? iam : fromLists(listed, inFull.roles, iam);
}

type InFull = RolesInFull["roles"][number];

function fromLists(listed: readonly RoleListing[], inFull: readonly InFull[], iam: RoleReads): RoleReads {
  const listings = byName(listed);
  const details = byName(inFull);
  const answer = async <T>(
    name: string,
    ofRole: (role: KnownRole) => T | undefined,
    read: () => Promise<T | undefined>,
  ): Promise<T | undefined> => {
    const [one, other] = [listings.get(name.toLowerCase()), details.get(name.toLowerCase())];
    if (one === undefined && other === undefined) return undefined;
    const known = one && other && knownRole(one, other);
    return known === undefined ? read() : ofRole(known);
  };
  const policyOf = ({ inline }: KnownRole, name: string) =>
    Object.hasOwn(inline, name) ? inline[name] : undefined;
  return {
    getRole: (name) =>
      answer(
        name,
        ({ role }) => role,
        () => iam.getRole(name),
      ),
    listAttachedPolicies: (name) =>
      answer(
        name,
        ({ attached }) => attached,
        () => iam.listAttachedPolicies(name),
      ),
    listInlinePolicies: (name) =>
      answer(
        name,
        ({ inline }) => Object.keys(inline),
        () => iam.listInlinePolicies(name),
      ),
    getInlinePolicy: (name, policy) =>
      answer(
        name,
        (role) => policyOf(role, policy),
        () => iam.getInlinePolicy(name, policy),
      ),
  };
}

interface KnownRole extends RolePolicies {
  readonly role: Role;
}

/** `undefined` where the lists leave something of it out. */
function knownRole(
  { arn, id, maxSessionSeconds, description }: RoleListing,
  { trust, details }: InFull,
): KnownRole | undefined {
  if (trust === undefined || maxSessionSeconds === undefined || details === undefined) return undefined;
  const { attached, inline, tags, boundary } = details;
  const { name } = roleRef(arn);
  const settings = { maxSessionSeconds, ...present({ description, boundary }) };
  const role = { arn, name, id, trust, tags, ...settings };
  return { role, attached, inline };
}

/** IAM's names differ in more than case. */
function byName<Item extends RoleListing>(roles: readonly Item[]): ReadonlyMap<string, Item> {
  return new Map(roles.map((role) => [roleRef(role.arn).name.toLowerCase(), role]));
}
