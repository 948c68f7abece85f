import type { PolicyArn, RoleArn } from "../../model/arn.ts";
import type { Change } from "../../model/change.ts";
import type { ClusterWithIssuer } from "../../model/cluster.ts";
import { Failure } from "../../model/failure.ts";
import type { Role } from "../../model/iam-objects.ts";
import type { Known } from "../../model/known.ts";
import type { Note } from "../../model/plan.ts";
import { serviceAccountPath } from "../../model/service-account-ref.ts";
import { SETTING_NAMES } from "../../model/role-settings.ts";
import { foreignRole } from "../adopt/adopt-first.ts";
import { labelChanges } from "./service-account.ts";
import { checkPermissions } from "../role/guardrails.ts";
import { usedRole, type CurrentRole } from "../role/current-role.ts";
import {
  observeServiceAccountState,
  type ServiceAccountState,
  type StateSources,
} from "../service-account/state.ts";
import { observePolicies } from "../create/observe-policies.ts";
import { readTargetRole } from "../role/target-role.ts";
import { observeHeldPolicies, readInlinePolicies } from "../role/read-policies.ts";
import type { ObservedPolicy, ObservedRole } from "../create/observed.ts";
import { checkRights } from "../service-account/rights.ts";
import type { OwnedRole } from "../role/ownership.ts";
import { targetAfter, updateAssociation, type AssociationUpdate } from "./association.ts";
import type { DesiredUpdate } from "./desired.ts";
import { updateRole } from "./role.ts";
import { holderIn } from "../role/holder.ts";

/** What was found. */
export interface ObservedUpdate {
  readonly state: ServiceAccountState;
  /** The role with what is attached to it; `undefined` if it does not exist, or is not to be changed. */
  readonly current: (CurrentRole & ObservedRole) | undefined;
  /** The target role that the association is to have, if the update concerns it and it is in the cluster's AWS account. */
  readonly givenTarget: Known<Role | undefined> | undefined;
  /** The policies that would be attached. */
  readonly policies: readonly ObservedPolicy[];
}

/** What is to be done. */
export interface UpdatePlan {
  readonly changes: readonly Change[];
  readonly notes: readonly Note[];
  readonly role: RoleArn | undefined;
}

/** The policies that an update attaches, if they are not attached yet. */
export function addedPolicies({ policies }: Pick<DesiredUpdate, "policies">): readonly PolicyArn[] {
  return policies.kind === "some" ? policies.add : policies.policies;
}

/** True if pods may get more of the role than before. */
function mayUnlimit({ association, allowAdministrator }: DesiredUpdate): boolean {
  const { targetRole, sessionPolicy } = association ?? {};
  const losesTarget = targetRole !== undefined && "remove" in targetRole;
  return !allowAdministrator && (losesTarget || sessionPolicy !== undefined);
}

/** True if anything of the role is to change. */
export function changesRole(desired: DesiredUpdate): boolean {
  const { policies, inline, setTags, unsetTags } = desired;
  const attachments = policies.kind === "exactly" || policies.add.length + policies.remove.length > 0;
  const settings = SETTING_NAMES.some((name) => desired[name] !== undefined);
  return (
    attachments || inline !== undefined || settings || Object.keys(setTags).length + unsetTags.length > 0
  );
}

function changesLabels({ setLabels, unsetLabels }: DesiredUpdate): boolean {
  return Object.keys(setLabels).length + unsetLabels.length > 0;
}

/**
 * Reads what an update needs.
 * @param rolePrefix begins the computed names of roles
 * @throws Failure when a read that decides is denied or fails, or `annotated-other`
 */
export async function observeUpdate(
  desired: DesiredUpdate,
  rolePrefix: string,
  cluster: ClusterWithIssuer,
  sources: StateSources,
): Promise<ObservedUpdate> {
  const { iam } = sources;
  const { serviceAccount: ref, roleName, boundary } = desired;
  const rights = changesLabels(desired) ? (["patch serviceaccounts"] as const) : [];
  const query = { ref, rolePrefix, rights, ...(roleName !== undefined && { roleName }) };
  const [state, policies] = await Promise.all([
    observeServiceAccountState(query, cluster, sources),
    observePolicies(iam, {
      policies: addedPolicies(desired),
      ...(boundary !== undefined && "set" in boundary && { boundary: boundary.set }),
    }),
  ]);
  const looks = changesRole(desired) || desired.association !== undefined;
  const current = looks ? usedRole(state, roleName) : undefined;
  if (current === undefined) return { state, current, givenTarget: undefined, policies };
  const { name } = current.role;
  const target = desired.association && targetAfter(state, desired.association);
  const [givenTarget, attached = [], inline] = await Promise.all([
    readTargetRole(target, cluster, iam),
    iam.listAttachedPolicies(name),
    desired.inline === undefined ? {} : readInlinePolicies(iam, name),
  ]);
  const holds = mayUnlimit(desired) ? await observeHeldPolicies(iam, name, attached) : undefined;
  return { state, current: { ...current, attached, inline, holds }, givenTarget, policies };
}

/**
 * Plans the update; pure.
 * @param clusterFlags the flags that lead to the cluster again, for the commands that are advised
 * @throws Failure `no-role`, `foreign-role`, `foreign-account`, `administrator-policy`, `no-policy`, `forbidden`, …
 */
export function planUpdate(
  desired: DesiredUpdate,
  observed: ObservedUpdate,
  clusterFlags: readonly string[],
): UpdatePlan {
  const { state, current, policies } = observed;
  const { inline, allowAdministrator } = desired;
  const permissions = {
    policies: addedPolicies(desired),
    allowAdministrator,
    ...(inline !== undefined && "set" in inline && { inline: inline.set }),
  };
  const guardNotes = checkPermissions(permissions, policies);
  const association =
    desired.association && updateAssociation(desired, desired.association, observed, clusterFlags);
  const role =
    changesRole(desired) || association?.trust !== undefined
      ? updateRole(desired, ours(state, current, clusterFlags), holderIn(state), association?.trust)
      : { changes: [], notes: [] };
  const serviceAccount = changesLabels(desired) ? labelChanges(desired, state, clusterFlags) : [];
  const instead = "omit --label and --remove-label";
  return {
    changes: [...inOrder(role.changes, association), ...serviceAccount],
    notes: [
      ...guardNotes,
      ...role.notes,
      ...(association?.notes ?? []),
      ...checkRights(serviceAccount, state.ref, state.may, instead),
    ],
    role: current?.role.arn,
  };
}

/** The trust policy allows what the association says as long as it says so: it gets wider before, and narrower after. */
function inOrder(
  role: readonly Change[],
  { changes, narrows }: Pick<AssociationUpdate, "changes" | "narrows"> = { changes: [], narrows: false },
): readonly Change[] {
  return narrows ? [...changes, ...role] : [...role, ...changes];
}

function ours(
  { ref, searched }: ServiceAccountState,
  current: ObservedUpdate["current"],
  clusterFlags: readonly string[],
): ObservedRole & { readonly owned: OwnedRole } {
  if (current === undefined) {
    const path = serviceAccountPath(ref);
    throw new Failure(
      "refused",
      "no-role",
      `no role managed by irsa found for ${path}`,
      searched.state === "known"
        ? {
            advice: "Create one:",
            command: ["irsa", "create-sa", path, ...clusterFlags, "--policy-arn", "ARN"],
          }
        : {
            advice: `Roles can't be listed (${searched.failure.message}). If the role has another name: --role-name NAME`,
          },
    );
  }
  if (current.ownership.kind === "ours") return { ...current, owned: current.ownership };
  throw foreignRole(current.role, ref, current.ownership.why, clusterFlags);
}
