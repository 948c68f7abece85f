import type { IamPort } from "../../aws/port.ts";
import type { KubernetesPort } from "../../kubernetes/port.ts";
import type { RoleArn } from "../../model/arn.ts";
import type { Change } from "../../model/change.ts";
import type { ClusterWithIssuer } from "../../model/cluster.ts";
import type { Note } from "../../model/plan.ts";
import type { RoleName } from "../../model/role-name.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../../model/service-account-ref.ts";
import type { FromOperator } from "../../model/source.ts";
import { foreignRole } from "../adopt/adopt-first.ts";
import { serviceAccountRemoval } from "./service-account.ts";
import { currentRole, type CurrentRole } from "../role/current-role.ts";
import {
  observeServiceAccountState,
  observeParts,
  type ServiceAccountState,
  type RoleParts,
} from "../service-account/state.ts";
import { isEksctls } from "../role/ownership.ts";
import { checkRights } from "../service-account/rights.ts";
import { roleRemoval } from "./role.ts";

/** How much of a ServiceAccount is to go. */
export interface DesiredRemoval {
  readonly serviceAccount: ServiceAccountRef;
  /** The role, asked for by name (`--role-name`). */
  readonly roleName?: FromOperator<RoleName>;
  /** The one role to look at, found by its tags (`--prune`): its name is AWS's word, not the operator's. */
  readonly foundRole?: string;
  readonly keepRole: boolean;
  readonly keepServiceAccount: boolean;
  /** A role that was taken over goes too (`--delete-adopted-role`). */
  readonly deleteAdopted: boolean;
  /** Our statement goes from a role that stays and that we did not make (`--remove-trust`). */
  readonly removeTrust: boolean;
}

/**
 * What becomes of the role or the ServiceAccount: `deleted`; `released`: it stays, without what was irsa's; `kept`: it stays
 * as it is; `absent`: there is none.
 */
export type Fate = "deleted" | "released" | "kept" | "absent";

/**
 * When pods that run with the role lose their credentials: at once (there is no role any more), when their session is to
 * be renewed (it no longer trusts them), when their token ends (there is no ServiceAccount to renew it for), or only when they
 * are started again (nothing injects them).
 */
export type Loss = "at-once" | "at-renewal" | "at-token-end" | "restart" | "never";

/** What is to be done, and what will be left. */
export interface RemovalPlan {
  readonly changes: readonly Change[];
  readonly notes: readonly Note[];
  readonly role: { readonly arn: RoleArn | undefined; readonly fate: Fate };
  readonly serviceAccountFate: Fate;
  readonly loss: Loss;
}

/** What was found: the ServiceAccount, its role, and what hangs on the role where that may go. */
export interface ObservedRemoval {
  readonly state: ServiceAccountState;
  readonly current: CurrentRole | undefined;
  readonly parts: RoleParts;
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
  { iam, kubernetes }: { readonly iam: IamPort; readonly kubernetes: KubernetesPort },
): Promise<ObservedRemoval> {
  const { serviceAccount: ref, keepRole } = desired;
  const roleName = desired.roleName ?? desired.foundRole;
  const rights = ["patch serviceaccounts", "delete serviceaccounts"] as const;
  const query = { ref, rolePrefix, rights, ...(roleName !== undefined && { roleName }) };
  const state = await observeServiceAccountState(query, cluster, iam, kubernetes);
  const current = currentRole(state, roleName);
  const mayGo = current?.ownership.kind === "ours" && !keepRole;
  return { state, current, parts: mayGo ? await observeParts(iam, current.role) : NO_PARTS };
}

const NO_PARTS: RoleParts = { attached: [], inline: [], profiles: [] };

/**
 * Plans the removal; pure. Where the role goes, the ServiceAccount is changed first, so that no new pod gets it; then what
 * hangs on the role goes, then the role. A role that stays is changed first: once it has lost our statement, only the
 * ServiceAccount's annotation leads back to it, should the run be interrupted.
 * @param reach the flags that lead to the cluster again, for the commands that are advised
 * @throws Failure `forbidden`, `only-statement`, `role-unproven`; `foreign-role` where all is eksctl's
 */
export function planRemoval(
  desired: DesiredRemoval,
  { state, current, parts }: ObservedRemoval,
  clusterFlags: readonly string[],
): RemovalPlan {
  const role = roleRemoval(desired, state, current, parts, clusterFlags);
  const serviceAccount = serviceAccountRemoval(desired, state, current, role.fate);
  if (
    current?.ownership.kind === "foreign" &&
    isEksctls(current.role.tags) &&
    leaves(role) &&
    leaves(serviceAccount)
  )
    throw foreignRole(current.role, state.ref, current.ownership.why, clusterFlags);
  const instead = "--keep-service-account";
  return {
    changes:
      role.fate === "released"
        ? [...role.changes, ...serviceAccount.changes]
        : [...serviceAccount.changes, ...role.changes],
    notes: [
      ...serviceAccount.notes,
      ...role.notes,
      ...unsearched(desired, state),
      ...checkRights(serviceAccount.changes, state.ref, state.may, instead),
    ],
    role: { arn: current?.role.arn, fate: role.fate },
    serviceAccountFate: serviceAccount.fate,
    loss: role.loss === "never" ? lossBy(serviceAccount.fate) : role.loss,
  };
}

function leaves({ changes }: { readonly changes: readonly Change[] }): boolean {
  return changes.length === 0;
}

function lossBy(serviceAccount: Fate): Loss {
  if (serviceAccount === "deleted") return "at-token-end";
  return serviceAccount === "released" ? "restart" : "never";
}

function unsearched({ keepRole, serviceAccount }: DesiredRemoval, { searched }: ServiceAccountState): Note[] {
  if (searched || keepRole) return [];
  const message = `whether irsa created a role with another name for ${serviceAccountPath(serviceAccount)} is unknown (iam:ListRoles); if so: --role-name NAME`;
  return [{ level: "warning", code: "roles-unlisted", message }];
}
