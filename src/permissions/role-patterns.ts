import { computedNamePattern } from "../model/role-name.ts";
import type { Scope } from "./scope.ts";

/** How far CloudFormation is certain not to cut a stack's name in the name that it makes for a role. */
const STACK_PART = 40;

/** ARN patterns of the roles that irsa makes: the names that it computes, at the path of `--role-path`. */
export function computedRoles(scope: Scope): readonly string[] {
  return [roleArn(scope, computedName(scope))];
}

/** ARN patterns of the roles that eksctl made for ServiceAccounts. */
export function eksctlRoles({ cluster = "*", ...scope }: Scope): readonly string[] {
  const prefix = `eksctl-${cluster}-addon-iamserviceaccount-`.slice(0, STACK_PART);
  return [`${iam(scope)}role/${prefix}*`];
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
