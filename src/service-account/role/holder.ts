import type { ClusterWithIssuer } from "../../model/cluster.ts";
import { DEFAULT_AUDIENCE } from "../../model/issuer.ts";
import { valueOf, type Known } from "../../model/known.ts";
import type { PodIdentityAssociation } from "../../model/pod-identity.ts";
import type { ServiceAccountRef } from "../../model/service-account-ref.ts";
import type {
  Grant,
  PodIdentityGrant,
  TargetRoleGrant,
  WebIdentityGrant,
} from "../../model/trust-policy/grant.ts";
import { grantFor, podIdentityGrantFor } from "./trust.ts";

/** One ServiceAccount by both ways: what either allows is not someone else. */
export interface Holder {
  readonly byToken: WebIdentityGrant;
  readonly byPodIdentity: PodIdentityGrant;
  /** Where the role is the target role of its association. */
  readonly byTargetRole?: TargetRoleGrant;
}

/** The ServiceAccount by both ways, as its association has it. */
export function holderIn({ cluster, ref, association }: HolderState): Holder {
  const withoutSessionTags = valueOf(association)?.withoutSessionTags === true;
  return holderOf(cluster, ref, podIdentityGrantFor(cluster, ref, withoutSessionTags));
}

/** What the holder is told by. */
interface HolderState {
  readonly cluster: ClusterWithIssuer;
  readonly ref: ServiceAccountRef;
  readonly association: Known<PodIdentityAssociation | undefined>;
}

/** The ServiceAccount by both ways: by this grant, and as usual by the other way. */
export function holderOf(
  cluster: ClusterWithIssuer,
  serviceAccount: ServiceAccountRef,
  grant?: Grant,
): Holder {
  const usual: Holder = {
    byToken: grantFor(cluster, serviceAccount, DEFAULT_AUDIENCE),
    byPodIdentity: podIdentityGrantFor(cluster, serviceAccount),
  };
  if (grant === undefined) return usual;
  if (grant.way === undefined) return { ...usual, byToken: grant };
  return grant.way === "pod-identity"
    ? { ...usual, byPodIdentity: grant }
    : { ...usual, byTargetRole: grant };
}
