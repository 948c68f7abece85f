import { bounded, type Conditions } from "./conditions.ts";
import { grantsOf, isLeftOut, type Grant, type LeftOut } from "./grant.ts";
import { isRead, type AwsRight } from "./right.ts";
import { computedRoles, eksctlRoles } from "./role-patterns.ts";
import type { Scope } from "./scope.ts";

/** An identity policy, as IAM takes it. */
export interface IamPolicy {
  readonly Version: "2012-10-17";
  readonly Statement: readonly Statement[];
}

/** One statement of it. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Conditions;
}

/** How long a managed policy may be, blanks not counted. Source: IAM User Guide, "IAM and AWS STS quotas". */
export const POLICY_LIMIT = 6144;

/** The policy that allows these rights within the scope and no more, and what it leaves out. */
export function iamPolicy(rights: readonly AwsRight[], scope: Scope): IamPolicy {
  const statements = [
    ...grouped(grantedOf(rights, scope).flatMap((one) => (isLeftOut(one) ? [] : one))),
    ...keptBoundary(rights, scope),
  ];
  const used = new Map<string, number>();
  const Statement = statements.map((statement) => {
    const count = (used.get(statement.Sid) ?? 0) + 1;
    used.set(statement.Sid, count);
    return count === 1 ? statement : { ...statement, Sid: `${statement.Sid}${count}` };
  });
  return { Version: "2012-10-17", Statement };
}

/** The rights that the policy leaves out, each once. */
export function leftOut(rights: readonly AwsRight[], scope: Scope): readonly LeftOut[] {
  const found = grantedOf(rights, scope).filter(isLeftOut);
  return [...new Map(found.map((one) => [one.action, one])).values()];
}

/** How much of `POLICY_LIMIT` a policy takes. */
export function policySize(policy: IamPolicy): number {
  return JSON.stringify(policy).length;
}

function grantedOf(rights: readonly AwsRight[], scope: Scope) {
  const creates = rights.some(({ action }) => action === "iam:CreateRole");
  return rights.map((right) => grantsOf(right, scope, creates));
}

/** A statement for what is allowed on the same resources under the same conditions. */
function grouped(grants: readonly Grant[]): readonly Statement[] {
  const statements = new Map<string, Statement>();
  for (const { sid, action, resources, conditions } of grants) {
    const key = JSON.stringify([resources, conditions]);
    const { Sid, Action } = statements.get(key) ?? { Sid: sid, Action: [] };
    const actions = [...new Set([...Action, action])].toSorted();
    const Condition = Object.keys(conditions).length === 0 ? {} : { Condition: conditions };
    statements.set(key, { Sid, Effect: "Allow", Action: actions, Resource: resources, ...Condition });
  }
  return [...statements.values()].toSorted((one, other) => rank(one) - rank(other));
}

/** Reads first. */
function rank({ Action }: Statement): number {
  return Action.every(isRead) ? 0 : 1;
}

/**
 * Denied, and not just not allowed: another policy of the same principal must not make the boundary go away, or be another.
 */
function keptBoundary(rights: readonly AwsRight[], scope: Scope): readonly Statement[] {
  const changes = rights.some(({ action, on }) => (on === "own-role" || on === "role") && !isRead(action));
  if (scope.boundary === undefined || scope.isUnrestricted === true || !changes) return [];
  const Resource = [...computedRoles(scope), ...eksctlRoles(scope), ...(scope.roles ?? [])];
  const { StringEquals = {} } = bounded(scope);
  return [
    { Sid: "KeepBoundary", Effect: "Deny", Action: ["iam:DeleteRolePermissionsBoundary"], Resource },
    {
      Sid: "NoOtherBoundary",
      Effect: "Deny",
      Action: ["iam:PutRolePermissionsBoundary"],
      Resource,
      Condition: { StringNotEquals: StringEquals },
    },
  ];
}
