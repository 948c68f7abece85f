import type { ClusterWithIssuer } from "../../model/cluster.ts";
import type { Note } from "../../model/plan.ts";
import { podIdentityDigest } from "../../model/observed-digest.ts";
import type { Tags } from "../../model/iam-objects.ts";
import { roleOwnershipTags } from "../../model/ownership-tags.ts";
import type { AskedAssociation, UpdatePodIdentity } from "../../model/pod-identity-change.ts";
import type { PodIdentityAssociation } from "../../model/pod-identity.ts";
import type { DesiredServiceAccount } from "../create/desired.ts";
import type { ObservedServiceAccount } from "../create/observed.ts";
import { cachedNotes, targetNotes } from "./association-notes.ts";
import { targetTrustNotes } from "./target-trust-notes.ts";
import { associationOrigin } from "./association-origin.ts";
import { associationExists, ownedAssociation, tagsDisabled } from "./association-refusals.ts";
import { samePolicy } from "./same-policy.ts";
import type { AssignedRole, Part } from "./way.ts";

/**
 * What makes the association, or brings the one that is there in line: what was not asked for stays as it is.
 * @throws Failure `association-exists`, `association-owned`, `session-tags-disabled`
 */
export function planPodIdentity(
  desired: DesiredServiceAccount,
  asked: AskedAssociation,
  observed: ObservedServiceAccount,
  role: AssignedRole,
): Part {
  const {
    podIdentity,
    association: { cluster },
  } = observed;
  const { serviceAccount, adopt } = desired;
  const found = podIdentity?.association;
  const { targetRole, withoutSessionTags } = asked;
  const ofTarget = { serviceAccount, targetRole, withoutSessionTags, externalId: found?.externalId };
  const trust = targetTrustNotes(ofTarget, role.arn, cluster, observed.givenTarget);
  if (found === undefined)
    return {
      changes: [creation(desired, asked, cluster, role)],
      notes: [...targetNotes(asked.targetRole, desired), ...trust],
    };
  if (found.withoutSessionTags && !asked.withoutSessionTags) throw tagsDisabled(desired);
  const set = differences(found, asked, role);
  const tags = differingTags(found, asked);
  const notes = [...trust, ...kept(found, asked)];
  if (Object.keys({ ...set, ...tags }).length === 0) return { changes: [], notes };
  const { ownerArn } = found;
  if (ownerArn !== undefined) throw ownedAssociation(serviceAccount, ownerArn);
  const isOurs = associationOrigin(found, serviceAccount, cluster, role.owned) !== undefined;
  if (!isOurs && !adopt) throw associationExists(serviceAccount, found, desired.clusterFlags);
  const setTags = { ...tags, ...(!isOurs && roleOwnershipTags(cluster, serviceAccount, "adopted", [])) };
  const update: UpdatePodIdentity = {
    kind: "update-pod-identity",
    cluster: cluster.arn,
    serviceAccount,
    id: found.id,
    arn: found.arn,
    role: role.arn,
    set,
    ...(Object.keys(setTags).length > 0 && { setTags }),
    before: found,
    observed: podIdentityDigest(found),
  };
  const isSame = Object.keys(set).length === 0;
  const late = isSame ? [] : cachedNotes(serviceAccount, found, desired.clusterFlags);
  return { changes: [update], notes: [...targetNotes(set.targetRole, desired), ...notes, ...late] };
}

function creation(
  { serviceAccount }: DesiredServiceAccount,
  asked: AskedAssociation,
  cluster: ClusterWithIssuer,
  { assignable }: AssignedRole,
) {
  return {
    kind: "create-pod-identity",
    cluster: cluster.arn,
    serviceAccount,
    role: assignable(),
    ...asked,
    tags: { ...asked.tags, ...roleOwnershipTags(cluster, serviceAccount, "created", []) },
  } as const;
}

function differences(
  found: PodIdentityAssociation,
  { targetRole, withoutSessionTags, sessionPolicy }: AskedAssociation,
  { arn, assignable }: AssignedRole,
): UpdatePodIdentity["set"] {
  return {
    ...(found.roleArn !== arn && { role: assignable() }),
    ...(targetRole !== undefined && found.targetRoleArn !== targetRole && { targetRole }),
    ...(withoutSessionTags !== found.withoutSessionTags && { withoutSessionTags }),
    ...(sessionPolicy !== undefined && !samePolicy(found.policy, sessionPolicy) && { sessionPolicy }),
  };
}

function differingTags({ tags: found }: PodIdentityAssociation, { tags = {} }: AskedAssociation): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key, value]) => found[key] !== value));
}

/** What stays although it was not asked for. */
function kept({ targetRoleArn, policy }: PodIdentityAssociation, asked: AskedAssociation): Note[] {
  const parts = [
    ...(targetRoleArn !== undefined && asked.targetRole === undefined
      ? [`target role ${targetRoleArn}`]
      : []),
    ...(policy !== undefined && asked.sessionPolicy === undefined ? ["a session policy"] : []),
  ];
  if (parts.length === 0) return [];
  const message = `the Pod Identity association also has, unchanged: ${parts.join(", ")}`;
  return [{ level: "warning", code: "association-beyond", message }];
}
