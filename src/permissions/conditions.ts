import { OUR_NAME, TAG } from "../model/ownership-tags.ts";
import type { Scope } from "./scope.ts";

/** A Condition block: operators, each with keys and their values. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** The resource carries irsa's ownership tags, of this cluster where one is given. */
export function isManaged(scope: Scope): Conditions {
  return ownershipTags("aws:ResourceTag", scope);
}

/** The request sets irsa's ownership tags, of this cluster where one is given. */
export function requiresOwnershipTags(scope: Scope): Conditions {
  return ownershipTags("aws:RequestTag", scope);
}

function ownershipTags(kind: "aws:ResourceTag" | "aws:RequestTag", scope: Scope): Conditions {
  const { partition, region, account, cluster } = scope;
  const managed = { [`${kind}/${TAG.managedBy}`]: OUR_NAME };
  const key = `${kind}/${TAG.clusterArn}`;
  if (region !== undefined && account !== undefined && cluster !== undefined)
    return {
      StringEquals: { ...managed, [key]: `arn:${partition}:eks:${region}:${account}:cluster/${cluster}` },
    };
  const pattern = `arn:${partition}:eks:${region ?? "*"}:${account ?? "*"}:cluster/${cluster ?? "*"}`;
  return { StringEquals: managed, StringLike: { [key]: pattern } };
}

/** eksctl made the resource, for this cluster where one is given. */
export function isEksctls({ cluster }: Scope): Conditions {
  const key = "aws:ResourceTag/alpha.eksctl.io/cluster-name";
  return cluster === undefined ? { StringLike: { [key]: "*" } } : { StringEquals: { [key]: cluster } };
}

/**
 * The policy that is attached or detached is one of these.
 * Source: Service Authorization Reference, IAM (`iam:PolicyARN`: AttachRolePolicy, DetachRolePolicy).
 */
export function onlyPolicies(policies: readonly string[]): Conditions {
  return { ArnLike: { "iam:PolicyARN": policies } };
}

/**
 * The role has this boundary, or gets it with CreateRole and PutRolePermissionsBoundary. Source: Service Authorization
 * Reference, IAM (`iam:PermissionsBoundary`), which does not have the key for UpdateAssumeRolePolicy, UpdateRole,
 * TagRole and UntagRole.
 */
export function bounded({ boundary }: Scope): Conditions {
  return boundary === undefined ? {} : { StringEquals: { "iam:PermissionsBoundary": boundary } };
}

/**
 * The role is passed to EKS Pod Identity, and to nothing else. Source: Service Authorization Reference, IAM
 * (`iam:PassedToService`: PassRole, which has no condition on the role's tags).
 */
export const PASSED_TO_PODS: Conditions = {
  StringEquals: { "iam:PassedToService": "pods.eks.amazonaws.com" },
};

/** All of them combined: keys of one operator are merged. */
export function allOf(...conditions: readonly Conditions[]): Conditions {
  const merged: Record<string, Record<string, string | readonly string[]>> = {};
  for (const [operator, keys] of conditions.flatMap((one) => Object.entries(one)))
    merged[operator] = { ...merged[operator], ...keys };
  return merged;
}
