import type { RoleArn } from "../../model/arn.ts";
import type { Change } from "../../model/change.ts";
import type { ClusterWithIssuer } from "../../model/cluster.ts";
import type { Note } from "../../model/plan.ts";
import { serviceAccountPath } from "../../model/service-account-ref.ts";
import { foreignRole } from "../adopt/adopt-first.ts";
import { associationRemoval } from "./pod-identity.ts";
import { serviceAccountRemoval } from "./service-account.ts";
import { currentRole, type CurrentRole } from "../role/current-role.ts";
import {
  observeServiceAccountState,
  observeParts,
  type ServiceAccountState,
  type StateSources,
  type RoleParts,
} from "../service-account/state.ts";
import { isEksctls } from "../role/ownership.ts";
import { checkRights } from "../service-account/rights.ts";
import type { DesiredRemoval, Fate, Loss } from "./desired.ts";
import { roleRemoval } from "./role.ts";
import {
  annotatedLeft,
  observeTargetRemoval,
  targetLeft,
  targetRemoval,
  type ObservedTargetRemoval,
  type TargetRemovalSources,
} from "./target-role.ts";

/** What is to be done, and what will be left. */
export interface RemovalPlan {
  readonly changes: readonly Change[];
  readonly notes: readonly Note[];
  readonly role: { readonly arn: RoleArn | undefined; readonly fate: Fate };
  /** The target role, where it was looked for. */
  readonly targetRole?: { readonly arn: RoleArn | undefined; readonly fate: Fate } | undefined;
  readonly association: { readonly arn: string | undefined; readonly fate: Fate };
  readonly serviceAccountFate: Fate;
  readonly loss: Loss;
}

/** What was found: the ServiceAccount, its role, and what is attached to the role if it may be deleted. */
export interface ObservedRemoval {
  readonly state: ServiceAccountState;
  readonly current: CurrentRole | undefined;
  readonly parts: RoleParts;
  /** Where the AWS account of a target role is read too. */
  readonly target?: ObservedTargetRemoval | undefined;
}

/** What a removal is read from. */
export interface RemovalSources extends StateSources {
  /** The AWS account of a target role, and the cluster as that has to do with it. */
  readonly target?: Pick<TargetRemovalSources, "iam" | "cluster"> | undefined;
}

/**
 * Reads what a removal needs.
 * @param rolePrefix begins the computed names of roles
 * @throws Failure when a read that decides is denied or fails, or `annotated-other`
 */
export async function observeRemoval(
  desired: DesiredRemoval,
  rolePrefix: string,
  cluster: ClusterWithIssuer,
  sources: RemovalSources,
): Promise<ObservedRemoval> {
  const { serviceAccount: ref, keepRole } = desired;
  const roleName = desired.roleName ?? desired.foundRole;
  const rights = ["patch serviceaccounts", "delete serviceaccounts"] as const;
  const query = { ref, rolePrefix, rights, ...(roleName !== undefined && { roleName }) };
  const state = await observeServiceAccountState(query, cluster, sources);
  const current = currentRole(state, roleName);
  const mayGo = current?.ownership.kind === "ours" && !keepRole;
  const [parts, target] = await Promise.all([
    mayGo ? observeParts(sources.iam, current.role) : NO_PARTS,
    sources.target && observeTargetRemoval(desired, rolePrefix, state, { ...sources, ...sources.target }),
  ]);
  return { state, current, parts, target };
}

const NO_PARTS: RoleParts = { attached: [], inline: [], profiles: [] };

/**
 * Plans the removal; pure. If the role is deleted, the ServiceAccount is changed first, so that no new pod gets it;
 * then what is attached to the role is removed, then the role. A role that is kept is changed first: without our
 * statement, only the ServiceAccount's annotation leads back to it if the run is interrupted.
 * @param clusterFlags the flags that select the cluster, for suggested commands
 * @throws Failure `forbidden`, `only-statement`, `role-unproven`; `foreign-role` if eksctl manages everything
 */
export function planRemoval(
  desired: DesiredRemoval,
  { state, current, parts, target }: ObservedRemoval,
  clusterFlags: readonly string[],
): RemovalPlan {
  const role = roleRemoval(desired, state, current, parts, clusterFlags);
  const targetRole = target && targetRemoval(desired, target, clusterFlags);
  const association = associationRemoval(desired, state, current, role.fate);
  const serviceAccount = serviceAccountRemoval(desired, state, current, role.fate);
  if (
    current?.ownership.kind === "foreign" &&
    isEksctls(current.role.tags) &&
    [role, association, serviceAccount, ...(targetRole === undefined ? [] : [targetRole])].every(leaves)
  )
    throw foreignRole(current.role, state.ref, current.ownership.why, clusterFlags);
  const instead = "--keep-service-account";
  return {
    changes: [
      ...(role.fate === "released" ? role.changes : []),
      ...association.changes,
      ...serviceAccount.changes,
      ...(role.fate === "released" ? [] : role.changes),
      ...(targetRole?.changes ?? []),
    ],
    notes: [
      ...association.notes,
      ...serviceAccount.notes,
      ...role.notes,
      ...(targetRole?.notes ?? targetLeft(state)),
      ...(serviceAccount.fate === "kept" ? [] : annotatedLeft(state)),
      ...unsearched(desired, state),
      ...checkRights(serviceAccount.changes, state.ref, state.may, instead),
    ],
    role: { arn: current?.role.arn, fate: role.fate },
    targetRole: targetRole && { arn: target?.current?.role.arn, fate: targetRole.fate },
    association: { arn: association.arn, fate: association.fate },
    serviceAccountFate: serviceAccount.fate,
    loss: lossOf(role.loss, association.fate, serviceAccount.fate),
  };
}

function leaves({ changes }: { readonly changes: readonly Change[] }): boolean {
  return changes.length === 0;
}

/** Without an association, the agent gets no new credentials once those that it keeps expire. */
function lossOf(role: Loss, association: Fate, serviceAccount: Fate): Loss {
  if (role !== "never") return role;
  if (association === "deleted") return "at-renewal";
  if (serviceAccount === "deleted") return "at-token-end";
  return serviceAccount === "released" ? "restart" : "never";
}

function unsearched({ keepRole, serviceAccount }: DesiredRemoval, { searched }: ServiceAccountState): Note[] {
  if (searched.state === "known" || keepRole) return [];
  const message = `whether irsa created a role with another name for ${serviceAccountPath(serviceAccount)} is unknown (${searched.failure.message}); if so: --role-name NAME`;
  return [{ level: "warning", code: "roles-unlisted", message }];
}
