import { parseRoleArn } from "../../model/arn.ts";
import type { AskedAssociation } from "../../model/pod-identity-change.ts";
import type { Note } from "../../model/plan.ts";
import { annotatedRole, type AnnotatedRole } from "../../model/service-account-facts.ts";
import { serviceAccountPath } from "../../model/service-account-ref.ts";
import { PODS_SERVICE } from "../../model/trust-policy/pod-identity-request.ts";
import type { DesiredServiceAccount } from "../create/desired.ts";
import type { ObservedServiceAccount } from "../create/observed.ts";
import { podIdentityGrantFor } from "../role/trust.ts";
import { writablePodIdentityGrant } from "../role/write-trust.ts";
import { planPodIdentity } from "./plan-pod-identity.ts";
import type { Way } from "./way.ts";

/** By an association, which EKS keeps beside the cluster: the ServiceAccount needs no annotation, and EKS trusts itself. */
export function podIdentityWay(
  desired: DesiredServiceAccount,
  asked: AskedAssociation,
  observed: ObservedServiceAccount,
): Way {
  const { cluster } = observed.association;
  const { withoutSessionTags } = asked;
  const { serviceAccount } = desired;
  return {
    kind: "pod-identity",
    audience: PODS_SERVICE,
    groundwork: { changes: [], notes: annotationNotes(desired, observed) },
    grants: {
      asIs: podIdentityGrantFor(cluster, serviceAccount, withoutSessionTags),
      toWrite: () => writablePodIdentityGrant(cluster, serviceAccount, withoutSessionTags),
    },
    current: associatedRole(observed),
    assign: (role) => planPodIdentity(desired, asked, observed, role),
    annotations: () => ({}),
  };
}

/** The association's role, while it exists: one that is gone leads nowhere. */
function associatedRole({ podIdentity, named, annotated }: ObservedServiceAccount): AnnotatedRole {
  const parsed = parseRoleArn(podIdentity?.association?.roleArn ?? "");
  const isThere = parsed.ok && [named, annotated].some((found) => found?.role.arn === parsed.value);
  return isThere ? { kind: "arn", text: parsed.value } : { kind: "none", text: "" };
}

/** The webhook gives pods the association's role where there is an annotation, too. */
function annotationNotes(
  { serviceAccount }: DesiredServiceAccount,
  { kubernetes }: ObservedServiceAccount,
): Note[] {
  const { kind, text } = annotatedRole(kubernetes?.serviceAccount);
  if (kind === "none") return [];
  const message = `${serviceAccountPath(serviceAccount)} keeps its annotation with role ${text}; new pods get the association's role instead`;
  return [{ level: "warning", code: "annotation-kept", message }];
}
