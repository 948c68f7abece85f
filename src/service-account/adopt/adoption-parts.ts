import type { ChangeableRole, WritableTrust } from "../../model/authority.ts";
import type { Change } from "../../model/change.ts";
import { tagsSet } from "../../model/edited-role.ts";
import type { Role } from "../../model/iam-objects.ts";
import type { ServiceAccount } from "../../model/kubernetes-objects.ts";
import {
  ORIGIN_ANNOTATION,
  roleOwnershipTags,
  serviceAccountOrigin,
  TAG,
} from "../../model/ownership-tags.ts";
import type { Note } from "../../model/plan.ts";
import { snapshotTag } from "../../model/role-snapshot.ts";
import { serviceAccountPath } from "../../model/service-account-ref.ts";
import { INLINE_POLICY_NAME } from "../create/observed.ts";
import type { ServiceAccountPlan } from "../create/plan.ts";
import { isEksctls } from "../role/ownership.ts";
import { roleEdit } from "../role/reconcile.ts";
import { serviceAccountEdit } from "../service-account/edit.ts";
import { managingToolOf } from "../service-account/managing-tool.ts";
import { checkRights } from "../service-account/rights.ts";
import type { DesiredAdoption, ObservedAdoption } from "./observe.ts";
import { planRelease, type Release } from "./stack-release.ts";

/** What is to be done to take a ServiceAccount and its role over. */
export interface AdoptionPlan extends ServiceAccountPlan {
  /** Who made the role, in words. */
  readonly maker: string;
  /** The stack that goes, by name. */
  readonly stack: string | undefined;
}

/** The role that is adopted. */
interface Adopted {
  readonly role: Role;
  readonly arn: ChangeableRole;
  /** It has irsa's tags already. */
  readonly isOurs: boolean;
  /** What its trust policy becomes; unchanged unless given. */
  readonly trust?: WritableTrust | undefined;
  /** What is done to the association that gives the role. */
  readonly association?: readonly Change[];
}

/**
 * What an adoption writes, by whichever way pods get the role: ownership tags of the role, what is given with it, the
 * ServiceAccount's annotation, and the release of the stack.
 * @throws Failure of the release, or `forbidden`
 */
export function adoptionParts(
  desired: DesiredAdoption,
  observed: ObservedAdoption,
  { role, arn, isOurs, trust, association = [] }: Adopted,
): Pick<AdoptionPlan, "changes" | "notes" | "stack"> {
  const { serviceAccount: ref } = desired;
  const { cluster, attached, inline, serviceAccount, snapshot } = observed;
  // The stack's role is compared with what this plan leaves.
  const left = snapshot && trust ? { ...snapshot, trust } : snapshot;
  const release = desired.releaseStack
    ? planRelease(ref, role, { ...observed, snapshot: left })
    : leaveStack(role, isOurs);
  const marks = {
    ...(isOurs ? {} : roleOwnershipTags(cluster, ref, "adopted", attached, inline.filter(isTakenOver))),
    ...releasing(role, release),
  };
  const mark = originLabel(serviceAccount, role);
  const edit = {
    ...tagsSet(role, marks),
    ...(trust !== undefined && { trust: { before: role.trust, after: trust } }),
  };
  return {
    changes: [...roleEdit(arn, role, edit), ...association, ...mark.changes, ...release.changes],
    notes: [
      ...mark.notes,
      ...release.notes,
      ...checkRights(mark.changes, ref, observed.may, "have someone with that permission run this command"),
    ],
    stack: release.stack,
  };
}

/** An inline policy with irsa's own name needs no record. */
function isTakenOver(name: string): boolean {
  return name !== INLINE_POLICY_NAME;
}

/** A stack that stays could still take the role along: whoever leaves it should know. */
function leaveStack(role: Role, isOurs: boolean): Release {
  const none = { changes: [], stack: undefined, before: undefined };
  if (isOurs || !isEksctls(role.tags)) return { ...none, notes: [] };
  const message =
    "eksctl's CloudFormation stack is kept, and deleting it (for example with eksctl delete) deletes the role; to delete only the stack: --release-stacks";
  return { ...none, notes: [{ level: "info", code: "stack-stays", message }] };
}

/** What the role is before its stack goes; told again where that is no longer so. */
function releasing(role: Role, { before }: Release): Role["tags"] {
  const mark = before === undefined ? undefined : snapshotTag(before);
  return mark === undefined || role.tags[TAG.releasing] === mark ? {} : { [TAG.releasing]: mark };
}

/** The ServiceAccount's ownership annotation, unless it has one or another tool would revert it. */
function originLabel(
  serviceAccount: ServiceAccount | undefined,
  role: Role,
): { readonly changes: Change[]; readonly notes: Note[] } {
  if (serviceAccount === undefined || serviceAccountOrigin(serviceAccount) !== undefined)
    return { changes: [], notes: [] };
  const owner = managingToolOf(serviceAccount);
  if (owner !== undefined) {
    const message = `ServiceAccount ${serviceAccountPath(serviceAccount.ref)} is managed by ${owner.name} and is not changed: only the role is adopted`;
    return { changes: [], notes: [{ level: "info", code: "owned-elsewhere", message }] };
  }
  const setAnnotations = { [ORIGIN_ANNOTATION]: "adopted" };
  const edit = serviceAccountEdit(serviceAccount, role.arn, { setAnnotations });
  return { changes: [edit], notes: [] };
}
