import type { EksPort, IamPort } from "../../aws/port.ts";
import { parseRoleArn, roleRef } from "../../model/arn.ts";
import type { ClusterWithIssuer } from "../../model/cluster.ts";
import { valueOf } from "../../model/known.ts";
import { annotatedArn } from "../../model/service-account-facts.ts";
import type { Note } from "../../model/plan.ts";
import type { KubernetesPort } from "../../kubernetes/port.ts";
import { currentRole, type CurrentRole } from "../role/current-role.ts";
import {
  observeParts,
  observeServiceAccountState,
  type RoleParts,
  type ServiceAccountState,
} from "../service-account/state.ts";
import type { DesiredRemoval } from "./desired.ts";
import { roleRemoval, type RoleRemoval } from "./role.ts";

/** Where a target role is read from, in its AWS account. */
export interface TargetRemovalSources {
  readonly iam: IamPort;
  readonly eks: EksPort;
  readonly kubernetes: KubernetesPort;
  /** The cluster as its AWS account has to do with it. */
  readonly cluster: ClusterWithIssuer;
}

/** What was found of the target role. */
export interface ObservedTargetRemoval {
  readonly state: ServiceAccountState;
  readonly current: CurrentRole | undefined;
  readonly parts: RoleParts;
}

/**
 * Reads the target role that irsa keeps in another AWS account: by the name that was asked for, by the association, by the
 * computed name, or by its trust policy where the association is gone already.
 */
export async function observeTargetRemoval(
  { serviceAccount: ref, targetRoleName, keepRole }: DesiredRemoval,
  rolePrefix: string,
  { association }: Pick<ServiceAccountState, "association">,
  { cluster, ...sources }: TargetRemovalSources,
): Promise<ObservedTargetRemoval> {
  const roleName = targetRoleName ?? associatedName(valueOf(association)?.targetRoleArn, cluster);
  const query = { ref, rolePrefix, rights: [], ...(roleName !== undefined && { roleName }) };
  const state = await observeServiceAccountState(query, cluster, sources);
  // By its annotation the ServiceAccount gets another role than this one, and by another way.
  const current = currentRole({ ...state, serviceAccount: undefined }, roleName);
  const mayGo = current?.ownership.kind === "ours" && !keepRole;
  const none = { attached: [], inline: [], profiles: [] };
  return { state, current, parts: mayGo ? await observeParts(sources.iam, current.role) : none };
}

function associatedName(arn: string | undefined, { awsAccount }: ClusterWithIssuer): string | undefined {
  const parsed = parseRoleArn(arn ?? "");
  if (!parsed.ok) return undefined;
  const role = roleRef(parsed.value);
  return role.awsAccount === awsAccount ? role.name : undefined;
}

/** The target role's share of a removal, as of any role. @throws Failure as of any role */
export function targetRemoval(
  desired: DesiredRemoval,
  { state, current, parts }: ObservedTargetRemoval,
  clusterFlags: readonly string[],
): RoleRemoval {
  const { roleName: _, targetRoleName, ...rest } = desired;
  const ask = { ...rest, ...(targetRoleName !== undefined && { roleName: targetRoleName }) };
  return roleRemoval(ask, state, current, parts, clusterFlags, "--target-role-name");
}

/** A target role in an AWS account that is not read stays as it is. */
export function targetLeft({ association, cluster }: ServiceAccountState): readonly Note[] {
  const arn = valueOf(association)?.targetRoleArn;
  const parsed = parseRoleArn(arn ?? "");
  if (!parsed.ok || roleRef(parsed.value).awsAccount === cluster.awsAccount) return [];
  const message = `target role ${parsed.value} is kept; to delete it too if irsa created it: --target-profile NAME`;
  return [{ level: "info", code: "target-role-stays", message }];
}

/** The annotated role of an AWS account that is not read stays as it is. */
export function annotatedLeft({ serviceAccount, cluster }: ServiceAccountState): readonly Note[] {
  const arn = annotatedArn(serviceAccount);
  if (arn === undefined || roleRef(arn).awsAccount === cluster.awsAccount) return [];
  const message = `role ${arn} is kept; to delete it too if irsa created it: --role-profile NAME`;
  return [{ level: "info", code: "role-elsewhere", message }];
}
