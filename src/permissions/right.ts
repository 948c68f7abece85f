import { NODE_CLASSES } from "../model/node-classes.ts";

/**
 * How much a command needs a right. `required`: it can't do without; `as-used`: a flag or what is found there needs it;
 * `advisory`: without, it does its work and says less.
 */
export type Level = "required" | "as-used" | "advisory";

/** The levels, the one that weighs most first. */
export const LEVELS: readonly Level[] = ["required", "as-used", "advisory"];

/**
 * What an action is allowed on. `own-role` is a role that irsa makes or manages, `role` one of any kind, as eksctl's,
 * `target-role` one that is assumed to read another AWS account; `account` stands for actions that know no resource; a `stack`
 * is one that eksctl made for an account. Source: Service Authorization Reference, resource types of EKS, IAM and CloudFormation.
 */
export type AwsTarget =
  | "cluster"
  | "addon"
  | "association"
  | "node-group"
  | "fargate-profile"
  | "provider"
  | "own-role"
  | "target-role"
  | "role"
  | "instance-profile"
  | "policy"
  | "principal"
  | "stack"
  | "account";

/** An action of AWS that a command calls. */
export interface AwsRight {
  /** As IAM writes it, `iam:CreateRole`. */
  readonly action: string;
  readonly on: AwsTarget;
  readonly level: Level;
  /** What for, in a few words. */
  readonly why: string;
}

/** A verb that a command needs in the cluster, as RBAC has it. */
export interface ClusterRight {
  readonly verb: string;
  /** Empty for the core group. */
  readonly group: string;
  /** With its subresource, as `serviceaccounts/token`; or a path, which begins with `/`. */
  readonly resource: string;
  readonly level: Level;
  readonly why: string;
}

/** The resources of `ClusterRight` that are in no namespace. */
export const CLUSTER_SCOPED: ReadonlySet<string> = new Set([
  "namespaces",
  "nodes",
  "mutatingwebhookconfigurations",
  ...Object.values(NODE_CLASSES).map(({ resource }) => resource),
]);

/** All that a command calls. */
export interface CommandRights {
  readonly aws: readonly AwsRight[];
  readonly cluster: readonly ClusterRight[];
}

/** True for an action that changes nothing. */
export function isRead(action: string): boolean {
  return /:(Get|List|Describe|Simulate|Generate)/.test(action);
}

/** Actions of one kind. `actions` without the service are IAM's. */
export function aws(level: Level, on: AwsTarget, why: string, ...actions: readonly string[]): AwsRight[] {
  return actions.map((name) => ({ action: name.includes(":") ? name : `iam:${name}`, on, level, why }));
}

/** Rights of the core group, each as `get serviceaccounts`. */
export function core(level: Level, why: string, ...rights: readonly string[]): ClusterRight[] {
  return inGroup("", level, why, rights);
}

/** Rights of another group than the core one. */
export function inGroup(group: string, level: Level, why: string, rights: readonly string[]): ClusterRight[] {
  return rights.map((right) => {
    const [verb = "", resource = ""] = right.split(" ");
    return { verb, group, resource, level, why };
  });
}

/** A right of the cluster in a few words, as `patch deployments.apps`. */
export function clusterRightText({ verb, group, resource }: ClusterRight): string {
  return `${verb} ${group === "" ? resource : resource.replace(/(?=\/|$)/, `.${group}`)}`;
}
