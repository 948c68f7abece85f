import { roleRef, splitArn, type RoleArn, type RoleRef } from "../../model/arn.ts";
import { isEveryone } from "../../model/trust-policy/may-assume.ts";
import type { TrustStatement } from "../../model/trust-policy/read.ts";
import { groupBy } from "../group-by.ts";

/** A role and its parsed trust policy. */
export interface ChainRole {
  readonly arn: RoleArn;
  readonly trust: readonly TrustStatement[];
}

/** Roles by the callers whom their trust policies allow. */
export interface TrustIndex {
  /** Those that may allow the role without anything in its own policies: its name in the same AWS account, or everyone in it. */
  readonly nearTo: (role: RoleArn) => readonly ChainRole[];
  /** Those that name the role from another AWS account. */
  readonly namingFromAfar: (role: RoleArn) => readonly ChainRole[];
  /** Those that may allow the role if its own policies do: they name its AWS account, or don't say whom they allow. */
  readonly openTo: (role: RoleArn) => readonly ChainRole[];
}

/** Whom a trust policy allows: a role by `AWS account/name`, an AWS account by its number, everyone, or what can't be told. */
type Caller = string;

/** Indexes the roles, so that not every pair is looked at. */
export function trustIndexOf(roles: readonly ChainRole[]): TrustIndex {
  const found = roles.flatMap((role) => [...new Set(callersOf(role))].map((caller) => ({ role, caller })));
  const groups = new Map(
    [...groupBy(found, ({ caller }) => caller)].map(([key, all]) => [key, all.map(({ role }) => role)]),
  );
  const of = (key: string): readonly ChainRole[] => groups.get(key) ?? [];
  const everyone = groupBy(of("*"), ({ arn }) => roleRef(arn).awsAccount);
  return {
    nearTo: (role) => {
      const ref = roleRef(role);
      const { awsAccount } = ref;
      const named = of(nameOf(ref)).filter(({ arn }) => roleRef(arn).awsAccount === awsAccount);
      return [...new Set([...named, ...(everyone.get(awsAccount) ?? [])])];
    },
    namingFromAfar: (role) => {
      const ref = roleRef(role);
      return of(nameOf(ref)).filter(({ arn }) => roleRef(arn).awsAccount !== ref.awsAccount);
    },
    openTo: (role) => [...new Set([...of(roleRef(role).awsAccount), ...of("?"), ...of("*")])],
  };
}

/** The roles that may lead to a role, in so many steps, by the trust policies alone; the role itself is among them. */
export function mayLeadTo<Role extends ChainRole>(
  target: Role,
  roles: readonly Role[],
  hops: number,
): ReadonlySet<Role> {
  const byName = groupBy(roles, ({ arn }) => nameOf(roleRef(arn)));
  const byAccount = groupBy(roles, ({ arn }) => roleRef(arn).awsAccount);
  const found = new Set([target]);
  let ends: readonly Role[] = [target];
  for (let hop = 0; hop < hops && ends.length > 0; hop += 1) {
    const callers = new Set(ends.flatMap(callersOf));
    const before =
      callers.has("*") || callers.has("?")
        ? roles
        : [...callers].flatMap((caller) => byName.get(caller) ?? byAccount.get(caller) ?? []);
    ends = before.filter((one) => !found.has(one));
    for (const one of ends) found.add(one);
  }
  return found;
}

/** True for a trust policy that may allow roles of the AWS account. */
export function mayAllowRolesOf(trust: readonly TrustStatement[], awsAccount: string): boolean {
  return callersIn(trust).some(
    (one) => one === "*" || one === "?" || one === awsAccount || one.startsWith(`${awsAccount}/`),
  );
}

/** True for a trust policy that may allow roles. */
export function mayAllowRoles(trust: readonly TrustStatement[]): boolean {
  return callersIn(trust).length > 0;
}

function callersOf({ trust }: ChainRole): readonly Caller[] {
  return callersIn(trust);
}

function callersIn(trust: readonly TrustStatement[]): readonly Caller[] {
  return trust.flatMap(({ effect, principal: { negated, items } }): Caller[] => {
    if (effect !== "Allow") return [];
    if (negated || items === "unreadable") return ["?"];
    return items.flatMap((entry): Caller[] => {
      if (isEveryone(entry)) return ["*"];
      if (entry.type !== "AWS") return [];
      const arn = splitArn(entry.id);
      if (arn === undefined) return /^\d{12}$/.test(entry.id) ? [entry.id] : [];
      if (arn.resource === "root") return [arn.awsAccount];
      return arn.resource.startsWith("role/") ? [`${arn.awsAccount}/${lastOf(arn.resource)}`] : [];
    });
  });
}

function nameOf({ awsAccount, name }: RoleRef): string {
  return `${awsAccount}/${name}`;
}

function lastOf(resource: string): string {
  return resource.slice(resource.lastIndexOf("/") + 1);
}
