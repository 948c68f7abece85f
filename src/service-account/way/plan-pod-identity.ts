import type { ClusterWithIssuer } from "../../model/cluster.ts";
import { Failure } from "../../model/failure.ts";
import type { Note } from "../../model/plan.ts";
import { podIdentityDigest } from "../../model/observed-digest.ts";
import type { Tags } from "../../model/iam-objects.ts";
import { roleOwnershipTags } from "../../model/ownership-tags.ts";
import type { AskedAssociation, UpdatePodIdentity } from "../../model/pod-identity-change.ts";
import type { PodIdentityAssociation } from "../../model/pod-identity.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../../model/service-account-ref.ts";
import { parsePolicyDocument } from "../../model/trust-policy/parse.ts";
import { sameDocument } from "../../model/trust-policy/same.ts";
import type { DesiredServiceAccount } from "../create/desired.ts";
import type { ObservedServiceAccount } from "../create/observed.ts";
import { associationOrigin } from "./association-origin.ts";
import type { AssignedRole, Part } from "./way.ts";

/**
 * What makes the association, or brings the one that is there in line: what was not asked for stays as it is.
 * @throws Failure `association-exists`, `association-owned`, `session-tags-disabled`
 */
export function planPodIdentity(
  desired: DesiredServiceAccount,
  asked: AskedAssociation,
  { podIdentity, association: { cluster } }: ObservedServiceAccount,
  role: AssignedRole,
): Part {
  const { serviceAccount, adopt } = desired;
  const found = podIdentity?.association;
  if (found === undefined)
    return {
      changes: [creation(desired, asked, cluster, role)],
      notes: targetNotes(desired, asked.targetRole),
    };
  if (found.withoutSessionTags && !asked.withoutSessionTags) throw tagsDisabled(desired);
  const set = differences(found, asked, role);
  const tags = differingTags(found, asked);
  const notes = kept(found, asked);
  if (Object.keys({ ...set, ...tags }).length === 0) return { changes: [], notes };
  const { ownerArn } = found;
  if (ownerArn !== undefined) throw ownedAssociation(serviceAccount, ownerArn);
  const isOurs = associationOrigin(found, serviceAccount, cluster, role.owned) !== undefined;
  if (!isOurs && !adopt) throw associationExists(serviceAccount, found);
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
  return { changes: [update], notes: [...targetNotes(desired, set.targetRole), ...notes] };
}

/** The guardrails judge the association's own role; the target role is often in another AWS account, where nothing can be read. */
function targetNotes(
  { allowAdministrator }: DesiredServiceAccount,
  targetRole: AskedAssociation["targetRole"],
): readonly Note[] {
  if (targetRole === undefined || allowAdministrator) return [];
  const message = `pods get the permissions of target role ${targetRole}; whether they include administrator access is not checked`;
  return [{ level: "warning", code: "target-role-unchecked", message }];
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

function samePolicy(found: string | undefined, asked: string): boolean {
  const [one, other] = [found ?? "", asked].map((text) => parsePolicyDocument(text, "identity"));
  return one?.ok === true && other?.ok === true && sameDocument(one.document, other.document);
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

function associationExists(
  serviceAccount: ServiceAccountRef,
  { roleArn, arn }: PodIdentityAssociation,
): Failure {
  return new Failure(
    "refused",
    "association-exists",
    `${serviceAccountPath(serviceAccount)} already has a Pod Identity association that irsa does not manage`,
    {
      facts: [
        ["association", arn],
        ["role", roleArn],
      ],
      advice: "To change it anyway, add --override-existing-serviceaccounts",
    },
  );
}

function ownedAssociation(serviceAccount: ServiceAccountRef, ownerArn: string): Failure {
  return new Failure(
    "refused",
    "association-owned",
    `the Pod Identity association of ${serviceAccountPath(serviceAccount)} is managed by an EKS add-on, which would overwrite it`,
    {
      facts: [["owner", ownerArn]],
      advice: "Change it with aws eks update-addon --pod-identity-associations",
    },
  );
}

/** Another's word must not decide that the trust policy can do without the tags of one ServiceAccount. */
function tagsDisabled({ serviceAccount, byFile = false }: DesiredServiceAccount): Failure {
  const why = "The trust policy then can't tell this ServiceAccount from others.";
  return new Failure(
    "refused",
    "session-tags-disabled",
    `the Pod Identity association of ${serviceAccountPath(serviceAccount)} disables session tags, which was not requested`,
    byFile
      ? { advice: `${why} To allow that: disableSessionTags: true` }
      : { advice: `${why} To allow that, add this flag:`, flags: ["--disable-session-tags"] },
  );
}
