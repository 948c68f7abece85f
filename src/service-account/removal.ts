import type { IamPort } from "../aws/port.ts";
import type { KubernetesPort } from "../kubernetes/port.ts";
import type { RoleArn } from "../model/arn.ts";
import type { Change } from "../model/change.ts";
import type { ClusterWithIssuer } from "../model/cluster.ts";
import type { Note } from "../model/plan.ts";
import type { RoleName } from "../model/role-name.ts";
import { accountPath, type ServiceAccountRef } from "../model/service-account-ref.ts";
import type { FromOperator } from "../model/source.ts";
import { foreignRole } from "./adopt-first.ts";
import { accountRemoval } from "./account-removal.ts";
import { heldRole, type HeldRole } from "./held-role.ts";
import { observeHolding, observeParts, type Holding, type RoleParts } from "./holding.ts";
import { isEksctls } from "./ownership.ts";
import { checkRights } from "./rights.ts";
import { roleRemoval } from "./role-removal.ts";

/** How much of an account is to go. */
export interface DesiredRemoval {
  readonly account: ServiceAccountRef;
  /** The role, asked for by name (`--role-name`). */
  readonly roleName?: FromOperator<RoleName>;
  /** The one role to look at, found by its tags (`--prune`): its name is AWS's word, not the operator's. */
  readonly foundRole?: string;
  readonly keepRole: boolean;
  readonly keepAccount: boolean;
  /** A role that was taken over goes too (`--delete-adopted-role`). */
  readonly deleteAdopted: boolean;
  /** Our statement goes from a role that stays and that we did not make (`--remove-trust`). */
  readonly removeTrust: boolean;
}

/**
 * What becomes of the role or the account: `deleted`; `released`: it stays, without what was irsa's; `kept`: it stays
 * as it is; `absent`: there is none.
 */
export type Fate = "deleted" | "released" | "kept" | "absent";

/**
 * When pods that run with the role lose their credentials: at once (there is no role any more), when their session is to
 * be renewed (it no longer trusts them), when their token ends (there is no account to renew it for), or only when they
 * are started anew (nothing injects them).
 */
export type Loss = "at-once" | "at-renewal" | "at-token-end" | "restart" | "never";

/** What is to be done, and what will be left. */
export interface RemovalPlan {
  readonly changes: readonly Change[];
  readonly notes: readonly Note[];
  readonly role: { readonly arn: RoleArn | undefined; readonly fate: Fate };
  readonly accountFate: Fate;
  readonly loss: Loss;
}

/** What was found: the account, its role, and what hangs on the role where that may go. */
export interface ObservedRemoval {
  readonly holding: Holding;
  readonly held: HeldRole | undefined;
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
  const { account: ref, keepRole } = desired;
  const roleName = desired.roleName ?? desired.foundRole;
  const rights = ["patch serviceaccounts", "delete serviceaccounts"] as const;
  const query = { ref, rolePrefix, rights, ...(roleName !== undefined && { roleName }) };
  const holding = await observeHolding(query, cluster, iam, kubernetes);
  const held = heldRole(holding, roleName);
  const mayGo = held?.ownership.kind === "ours" && !keepRole;
  return { holding, held, parts: mayGo ? await observeParts(iam, held.role) : NO_PARTS };
}

const NO_PARTS: RoleParts = { attached: [], inline: [], profiles: [] };

/**
 * Plans the removal; pure. Where the role goes, the account is changed first, so that no new pod gets it; then what
 * hangs on the role goes, then the role. A role that stays is changed first: once it has lost our statement, only the
 * account's annotation leads back to it, should the run be interrupted.
 * @param reach the flags that lead to the cluster again, for the commands that are advised
 * @throws Failure `forbidden`, `only-statement`, `role-unproven`; `foreign-role` where all is eksctl's
 */
export function planRemoval(
  desired: DesiredRemoval,
  { holding, held, parts }: ObservedRemoval,
  reach: readonly string[],
): RemovalPlan {
  const role = roleRemoval(desired, holding, held, parts, reach);
  const account = accountRemoval(desired, holding, held, role.fate);
  if (held?.ownership.kind === "foreign" && isEksctls(held.role.tags) && leaves(role) && leaves(account))
    throw foreignRole(held.role, holding.ref, held.ownership.why, reach);
  const instead = "--keep-account";
  return {
    changes:
      role.fate === "released"
        ? [...role.changes, ...account.changes]
        : [...account.changes, ...role.changes],
    notes: [
      ...account.notes,
      ...role.notes,
      ...unsearched(desired, holding, held),
      ...checkRights(account.changes, holding.ref, holding.may, instead),
    ],
    role: { arn: held?.role.arn, fate: role.fate },
    accountFate: account.fate,
    loss: role.loss === "never" ? lossBy(account.fate) : role.loss,
  };
}

function leaves({ changes }: { readonly changes: readonly Change[] }): boolean {
  return changes.length === 0;
}

function lossBy(account: Fate): Loss {
  if (account === "deleted") return "at-token-end";
  return account === "released" ? "restart" : "never";
}

function unsearched(
  { keepRole, account }: DesiredRemoval,
  { searched }: Holding,
  held: HeldRole | undefined,
): Note[] {
  if (searched || keepRole || held?.ownership.kind === "ours") return [];
  const message = `whether irsa has made a role of another name for ${accountPath(account)} is not known (iam:ListRoles); if there is one: --role-name NAME`;
  return [{ level: "warning", code: "roles-unlisted", message }];
}
