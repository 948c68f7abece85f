import { roleRef } from "../../model/arn.ts";
import { Failure } from "../../model/failure.ts";
import type { Role } from "../../model/iam-objects.ts";
import { ROLE_ANNOTATION, type ServiceAccount } from "../../model/kubernetes-objects.ts";
import { valueOf } from "../../model/known.ts";
import type { Note } from "../../model/plan.ts";
import { annotatedRole, audienceOf, hasEmptyAudience } from "../../model/service-account-facts.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../../model/service-account-ref.ts";
import { evaluateGrant } from "../../model/trust-policy/grant.ts";
import { PODS_SERVICE } from "../../model/trust-policy/pod-identity-request.ts";
import { annotatedOther } from "../role/current-role.ts";
import { annotatedRoleGone, badAnnotation } from "../role/annotation-refusals.ts";
import { otherAwsAccount, otherPath } from "../role/choose-role.ts";
import { holderOf } from "../role/holder.ts";
import { makerOf, ownershipOf } from "../role/ownership.ts";
import { adoptableRole } from "../role/sharing.ts";
import { grantFor, trustNotes, trustRefuses } from "../role/trust.ts";
import { emptyAudience } from "../service-account/audience.ts";
import { adoptionParts, type AdoptionPlan } from "./adoption-parts.ts";
import { expectMeant, expectUnclaimed, isOursBeside } from "./claims.ts";
import type { DesiredAdoption, ObservedAdoption } from "./observe.ts";
import { planAssociated } from "./plan-associated.ts";

export type { AdoptionPlan } from "./adoption-parts.ts";

/**
 * Plans the adoption of a ServiceAccount and the role that its pods get: by its association where it has one, else by its
 * annotation; pure. By its annotation, only ownership tags, the ServiceAccount's annotation and label are written.
 * @throws Failure if ServiceAccount and role don't match, or the role is not this ServiceAccount's alone
 */
export function planAdoption(desired: DesiredAdoption, observed: ObservedAdoption): AdoptionPlan {
  const association = valueOf(observed.association);
  return association === undefined
    ? planAnnotated(desired, observed)
    : planAssociated(desired, observed, association);
}

function planAnnotated(desired: DesiredAdoption, observed: ObservedAdoption): AdoptionPlan {
  const { serviceAccount: ref } = desired;
  const { cluster } = observed;
  const [serviceAccount, role] = fittingPair(ref, observed);
  expectMeant(desired, role);
  const unread = unreadAssociation(ref, role, observed);
  if (hasEmptyAudience(serviceAccount)) throw emptyAudience(ref);
  const audience = audienceOf(serviceAccount);
  const grant = grantFor(cluster, ref, audience);
  const evaluation = evaluateGrant(role.trust, grant);
  if (evaluation.verdict === "deny")
    throw trustRefuses(role, { serviceAccount: ref, clusterFlags: ["--cluster", cluster.arn] }, grant);
  const arn = adoptableRole(role, holderOf(cluster, ref, grant));
  const isOurs = ownershipOf(role, cluster, ref).kind === "ours";
  const parts = adoptionParts(desired, observed, { role, arn, isOurs });
  return {
    ...parts,
    notes: [...trustNotes(role.trust, evaluation), ...unread, ...parts.notes],
    role: role.arn,
    way: "irsa",
    audience,
    maker: makerOf(role.tags, cluster),
  };
}

/** Where associations can't be read, the annotation is the answer only for a role that Pod Identity can't give. */
function unreadAssociation(
  ref: ServiceAccountRef,
  { trust }: Role,
  { association }: ObservedAdoption,
): Note[] {
  if (association.state === "known") return [];
  if (JSON.stringify(trust).includes(PODS_SERVICE)) throw association.failure;
  const message = `whether ${serviceAccountPath(ref)} has a Pod Identity association is unknown: ${association.failure.message}`;
  return [{ level: "warning", code: "association-unread", message }];
}

/** The ServiceAccount and the role that it names, of which no other has a claim. */
function fittingPair(ref: ServiceAccountRef, observed: ObservedAdoption): [ServiceAccount, Role] {
  const { cluster, serviceAccount, role, association } = observed;
  const { kind, text: annotation } = annotatedRole(serviceAccount);
  if (kind === "none" && association.state === "unknown") throw association.failure;
  if (serviceAccount === undefined) throw noServiceAccount(ref);
  if (kind === "none") throw notAnnotated(ref);
  if (kind === "malformed") throw badAnnotation({ serviceAccount: ref, byAdopt: true }, annotation);
  if (roleRef(annotation).awsAccount !== cluster.awsAccount) throw otherAwsAccount(annotation, cluster);
  if (role === undefined)
    throw annotatedRoleGone({ serviceAccount: ref, byAdopt: true }, annotation, cluster);
  if (role.arn !== annotation) throw otherPath(annotation, role.arn, role.name);
  expectUnclaimed(ref, role, observed);
  if (isOursBeside(ref, role, observed)) throw annotatedOther({ ref }, observed.computed, annotation);
  return [serviceAccount, role];
}

function noServiceAccount(ref: ServiceAccountRef): Failure {
  return new Failure("refused", "no-account", `ServiceAccount ${serviceAccountPath(ref)} not found`, {
    advice:
      "adopt works on a ServiceAccount that is annotated with a role or has a Pod Identity association. To list them: irsa get-sa",
  });
}

function notAnnotated(ref: ServiceAccountRef): Failure {
  return new Failure(
    "refused",
    "not-annotated",
    `${serviceAccountPath(ref)} has no role annotation and no Pod Identity association`,
    {
      advice: `There is nothing to adopt. To give it a role: irsa create-sa, or annotate it with ${ROLE_ANNOTATION}`,
    },
  );
}
