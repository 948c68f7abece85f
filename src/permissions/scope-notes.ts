import { iamPolicy, leftOut, POLICY_LIMIT, policySize } from "./iam-policy.ts";
import { isRead, type AwsRight } from "./right.ts";
import { computedName } from "./role-patterns.ts";
import type { Scope } from "./scope.ts";

/** What a reader should know of the policy, in sentences. */
export function scopeNotes(rights: readonly AwsRight[], scope: Scope): string[] {
  const open = [
    ...(scope.cluster === undefined ? ["cluster"] : []),
    ...(scope.region === undefined ? ["region"] : []),
    ...(scope.account === undefined ? ["AWS account"] : []),
  ];
  const changesRoles = rights.some(
    ({ action, on }) => (on === "own-role" || on === "role") && !isRead(action),
  );
  const changesProviders = rights.some(({ action, on }) => on === "provider" && !isRead(action));
  return [
    ...(open.length === 0 ? [] : [`Any ${listed(open)}; limit it with --cluster-arn.`]),
    ...(changesRoles ? roleNotes(scope) : []),
    ...(changesProviders && scope.issuer === undefined && scope.isUnrestricted !== true
      ? ["Identity providers of all EKS clusters may be changed; limit it to one with --issuer."]
      : []),
    ...(scope.targets === undefined ? [] : [targetsNote(scope.targets)]),
    ...leftOut(rights, scope).map(
      ({ action, flag, why }) => `${action} is left out: ${why}. To include it: ${flag}`,
    ),
    sizeNote(policySize(iamPolicy(rights, scope))),
  ];
}

function targetsNote({ isOrganization }: NonNullable<Scope["targets"]>): string {
  const own = isOrganization ? "sts:AssumeRole and the organizations: actions" : "sts:AssumeRole";
  return `The caller needs ${own}; each role that it assumes needs the rest.`;
}

function roleNotes(scope: Scope): string[] {
  if (scope.isUnrestricted === true)
    return ["Unrestricted: anyone with this policy can grant any permission to anyone."];
  const names = `${scope.rolePath ?? "/"}${computedName(scope)}`;
  return [
    `Roles may be created only with names that irsa generates (${names}), and changed only with its ownership tags.`,
    ...(scope.roles === undefined ? ["To include a role with another name (--role-name): --role-arn."] : []),
  ];
}

function sizeNote(size: number): string {
  const counted = `${size.toLocaleString("en-US")} of the ${POLICY_LIMIT.toLocaleString("en-US")} characters of a managed policy`;
  return size <= POLICY_LIMIT
    ? `The policy uses ${counted}.`
    : `The policy uses ${counted}: too many for one. Print a policy for fewer commands at a time and attach each.`;
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1) ?? ""}`;
}
