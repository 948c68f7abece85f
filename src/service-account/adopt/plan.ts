import { roleRef } from "../../model/arn.ts";
import type { Change } from "../../model/change.ts";
import { tagsSet } from "../../model/edited-role.ts";
import { Failure, type FailureDetail } from "../../model/failure.ts";
import { snapshotTag } from "../../model/role-snapshot.ts";
import type { Role } from "../../model/iam-objects.ts";
import { ROLE_ANNOTATION, type ServiceAccount } from "../../model/kubernetes-objects.ts";
import {
  ORIGIN_ANNOTATION,
  serviceAccountOrigin,
  OUR_NAME,
  roleOwnershipTags,
  TAG,
} from "../../model/ownership-tags.ts";
import type { Note } from "../../model/plan.ts";
import { annotatedRole, audienceOf, hasEmptyAudience } from "../../model/service-account-facts.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../../model/service-account-ref.ts";
import { flag } from "../../model/command-words.ts";
import { annotatedOther } from "../role/current-role.ts";
import { annotatedRoleGone, badAnnotation } from "../role/annotation-refusals.ts";
import { otherAwsAccount, otherPath } from "../role/choose-role.ts";
import { emptyAudience } from "../service-account/audience.ts";
import { EKSCTL_CLUSTER_TAG, eksctlTagsAgainst } from "../role/eksctl-tags.ts";
import type { DesiredAdoption, ObservedAdoption } from "./observe.ts";
import { INLINE_POLICY_NAME } from "../create/observed.ts";
import { serviceAccountEdit } from "../service-account/edit.ts";
import { managingToolOf } from "../service-account/managing-tool.ts";
import { expectOneClaim, isEksctls, makerOf, ownershipOf } from "../role/ownership.ts";
import type { ServiceAccountPlan } from "../create/plan.ts";
import { checkRights } from "../service-account/rights.ts";
import { roleEdit } from "../role/reconcile.ts";
import { adoptableRole } from "../role/sharing.ts";
import { planRelease, type Release } from "./stack-release.ts";
import { evaluateGrant } from "../../model/trust-policy/grant.ts";
import { holderOf } from "../role/holder.ts";
import { grantFor, trustNotes, trustRefuses } from "../role/trust.ts";

/** What is to be done to take a ServiceAccount and its role over. */
export interface AdoptionPlan extends ServiceAccountPlan {
  /** Who made the role, in words. */
  readonly maker: string;
  /** The stack that goes, by name. */
  readonly stack: string | undefined;
}

/**
 * Plans the adoption of a ServiceAccount and its role; pure. Only ownership tags, the ServiceAccount's annotation and
 * label are written.
 * @throws Failure if ServiceAccount and role don't match, or the role is not this ServiceAccount's alone
 */
export function planAdoption(desired: DesiredAdoption, observed: ObservedAdoption): AdoptionPlan {
  const { serviceAccount: ref } = desired;
  const { cluster, attached, inline } = observed;
  const [serviceAccount, role] = fittingPair(ref, observed);
  if (hasEmptyAudience(serviceAccount)) throw emptyAudience(ref);
  const audience = audienceOf(serviceAccount);
  const grant = grantFor(cluster, ref, audience);
  const evaluation = evaluateGrant(role.trust, grant);
  if (evaluation.verdict === "deny")
    throw trustRefuses(role, { serviceAccount: ref, clusterFlags: ["--cluster", cluster.arn] }, grant);
  const arn = adoptableRole(role, holderOf(cluster, ref, grant));
  const isOurs = ownershipOf(role, cluster, ref).kind === "ours";
  const release = desired.releaseStack ? planRelease(ref, role, observed) : leaveStack(role, isOurs);
  const marks = {
    ...(isOurs ? {} : roleOwnershipTags(cluster, ref, "adopted", attached, inline.filter(isTakenOver))),
    ...releasing(role, release),
  };
  const mark = originLabel(serviceAccount, role);
  return {
    changes: [...roleEdit(arn, role, tagsSet(role, marks)), ...mark.changes, ...release.changes],
    notes: [
      ...trustNotes(role.trust, evaluation),
      ...mark.notes,
      ...release.notes,
      ...checkRights(mark.changes, ref, observed.may, "have someone with that permission run this command"),
    ],
    role: role.arn,
    way: "irsa",
    audience,
    maker: makerOf(role.tags, cluster),
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

/** The ServiceAccount and the role that it names, of which no other has a claim. */
function fittingPair(ref: ServiceAccountRef, observed: ObservedAdoption): [ServiceAccount, Role] {
  const { cluster, serviceAccount, role, computed } = observed;
  if (serviceAccount === undefined) throw noServiceAccount(ref);
  const { kind, text: annotation } = annotatedRole(serviceAccount);
  if (kind === "none") throw notAnnotated(ref);
  if (kind === "malformed") throw badAnnotation({ serviceAccount: ref, byAdopt: true }, annotation);
  if (roleRef(annotation).awsAccount !== cluster.awsAccount) throw otherAwsAccount(annotation, cluster);
  if (role === undefined)
    throw annotatedRoleGone({ serviceAccount: ref, byAdopt: true }, annotation, cluster);
  if (role.arn !== annotation) throw otherPath(annotation, role.arn, role.name);
  expectOneClaim([role, computed], cluster, ref);
  const ownership = ownershipOf(role, cluster, ref);
  if (ownership.kind === "ours" || ownership.tagged) return [serviceAccount, role];
  const claims = claimsOn(role, ref, observed);
  if (claims.length > 0) throw anothers(role, ref, claims);
  if (computed !== undefined && ownershipOf(computed, cluster, ref).kind === "ours")
    throw annotatedOther({ ref }, computed, annotation);
  return [serviceAccount, role];
}

function claimsOn(
  { tags }: Role,
  ref: ServiceAccountRef,
  { cluster }: ObservedAdoption,
): readonly (readonly [string, string])[] {
  if (tags[TAG.managedBy] !== OUR_NAME) return eksctlTagsAgainst(tags, cluster, ref);
  return [
    ["irsa's for", `${tags[TAG.namespace] ?? ""}/${tags[TAG.serviceAccount] ?? ""}`],
    ["of", tags[TAG.clusterArn] ?? ""],
  ];
}

/** What the role is before its stack goes; told again where that is no longer so. */
function releasing(role: Role, { before }: Release): Role["tags"] {
  const mark = before === undefined ? undefined : snapshotTag(before);
  return mark === undefined || role.tags[TAG.releasing] === mark ? {} : { [TAG.releasing]: mark };
}

/** The ServiceAccount's ownership annotation, unless it has one or another tool would revert it. */
function originLabel(
  serviceAccount: ServiceAccount,
  role: Role,
): { readonly changes: Change[]; readonly notes: Note[] } {
  if (serviceAccountOrigin(serviceAccount) !== undefined) return { changes: [], notes: [] };
  const owner = managingToolOf(serviceAccount);
  if (owner !== undefined) {
    const message = `ServiceAccount ${serviceAccountPath(serviceAccount.ref)} is managed by ${owner.name} and is not changed: only the role is adopted`;
    return { changes: [], notes: [{ level: "info", code: "owned-elsewhere", message }] };
  }
  const setAnnotations = { [ORIGIN_ANNOTATION]: "adopted" };
  const edit = serviceAccountEdit(serviceAccount, role.arn, { setAnnotations });
  return { changes: [edit], notes: [] };
}

function noServiceAccount(ref: ServiceAccountRef): Failure {
  return new Failure("refused", "no-account", `ServiceAccount ${serviceAccountPath(ref)} not found`, {
    advice: "adopt works on a ServiceAccount that is annotated with a role. To list them: irsa get-sa",
  });
}

function notAnnotated(ref: ServiceAccountRef): Failure {
  return new Failure("refused", "not-annotated", `${serviceAccountPath(ref)} has no role annotation`, {
    advice: `There is nothing to adopt. To give it a role: irsa create-sa, or annotate it with ${ROLE_ANNOTATION}`,
  });
}

function anothers(
  role: Role,
  ref: ServiceAccountRef,
  claims: readonly (readonly [string, string])[],
): Failure {
  return new Failure(
    "refused",
    "role-of-another",
    `role '${role.name}' was created for a different ServiceAccount than ${serviceAccountPath(ref)} in this cluster`,
    {
      facts: [["role", role.arn], ...claims],
      ...wayOut(role, ref, claims),
    },
  );
}

type WayOut = Pick<FailureDetail, "advice" | "command">;

/** What can be done about a role that speaks of another ServiceAccount or cluster. */
function wayOut(role: Role, ref: ServiceAccountRef, claims: readonly (readonly [string, string])[]): WayOut {
  if (sharedByMove(role, ref)) {
    return {
      advice:
        "The ServiceAccount can already use it. Ownership moves when the other cluster's issuer is removed: irsa migrate-trust --replace",
    };
  }
  const isOfCluster = claims.every(([, claim]) => claim === role.tags[EKSCTL_CLUSTER_TAG]);
  if (!isOfCluster)
    return { advice: "Create a separate role for the ServiceAccount: irsa create-sa with --role-name" };
  return {
    advice:
      "Adopt it in that cluster. If that cluster no longer exists, or the role trusts this one instead, remove eksctl's tag:",
    command: [
      "aws",
      "iam",
      "untag-role",
      ...flag("--role-name", role.name),
      "--tag-keys",
      EKSCTL_CLUSTER_TAG,
    ],
  };
}

/** A role of irsa's for the very ServiceAccount on another cluster, as a move of trust leaves it at first. */
function sharedByMove({ tags }: Role, { namespace, name }: ServiceAccountRef): boolean {
  return (
    tags[TAG.managedBy] === OUR_NAME && tags[TAG.namespace] === namespace && tags[TAG.serviceAccount] === name
  );
}
