import { computedNamePattern } from "../model/role-name.ts";
import type { Scope } from "./scope.ts";

/** How far CloudFormation is certain not to cut a stack's name in the name that it makes for a role. */
const STACK_PART = 40;

/** ARN patterns of the roles that irsa makes: the names that it computes, at the path of `--role-path`. */
export function computedRoles(scope: Scope): readonly string[] {
  return [roleArn(scope, computedName(scope))];
}

/**
 * How the names of eksctl's stacks for ServiceAccounts begin, by either way. No other stack of eksctl's begins with `pod`,
 * and a policy has no room for the rest of it.
 */
export function eksctlStackPrefixes({ cluster = "*" }: Pick<Scope, "cluster">): readonly string[] {
  return ["addon-iamserviceaccount-", "pod"].map((kind) => `eksctl-${cluster}-${kind}`);
}

/** ARN patterns of the roles that eksctl made for ServiceAccounts. */
export function eksctlRoles(scope: Scope): readonly string[] {
  const prefixes = new Set(eksctlStackPrefixes(scope).map((prefix) => prefix.slice(0, STACK_PART)));
  return [...prefixes].map((prefix) => `${iam(scope)}role/${prefix}*`);
}

/** Any role, but for a path and a prefix that are asked for. */
export function anyRole(scope: Scope): readonly string[] {
  return [roleArn(scope, `${scope.rolePrefix ?? ""}*`)];
}

/** Instance profiles that have the names of the roles in them, as the console gives them. */
export function sameNamedProfiles(scope: Scope): readonly string[] {
  const named = (scope.roles ?? []).map((arn) => arn.replace(":role/", ":instance-profile/"));
  return [`${iam(scope)}instance-profile${scope.rolePath ?? "/"}${computedName(scope)}`, ...named];
}

/** The name that computed names have in common, as a pattern. */
export function computedName({ rolePrefix = "", cluster }: Scope): string {
  return computedNamePattern(rolePrefix, cluster);
}

function roleArn(scope: Scope, name: string): string {
  return `${iam(scope)}role${scope.rolePath ?? "/"}${name}`;
}

function iam({ partition, account = "*" }: Pick<Scope, "partition" | "account">): string {
  return `arn:${partition}:iam::${account}:`;
}
