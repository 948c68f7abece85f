import type { ClusterWithIssuer } from "../../model/cluster.ts";
import { Failure } from "../../model/failure.ts";
import type { Role } from "../../model/iam-objects.ts";
import type { PodIdentityAssociation } from "../../model/pod-identity.ts";
import type { RoleName } from "../../model/role-name.ts";
import { flag } from "../../model/command-words.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../../model/service-account-ref.ts";
import type { FromOperator } from "../../model/source.ts";
import type { Statement } from "../../model/trust-policy/document.ts";
import { grantStatements } from "../../model/trust-policy/grant.ts";
import { openPodStatements, taggedServiceAccount } from "../../model/trust-policy/pod-identity-grant.ts";
import { eksctlTagsName } from "./eksctl-tags.ts";
import { associatedProof, ownedRole, type OwnedRole } from "./ownership.ts";
import { podIdentityGrantFor } from "./trust.ts";

/** What of a desired adoption decides who may use the role. */
interface Terms {
  readonly serviceAccount: ServiceAccountRef;
  readonly roleName?: FromOperator<RoleName>;
  readonly restrictTrust?: boolean;
}

/** What the trust policy says of one association. */
export interface AssociationTrust {
  /** irsa's own statement for it is there. */
  readonly hasOwn: boolean;
  /** Statements by which other associations may use the role, too. */
  readonly open: readonly Statement[];
}

/** Reads from the role's trust policy whom it means by Pod Identity. */
export function associationTrust(
  { trust }: Pick<Role, "trust">,
  cluster: ClusterWithIssuer,
  {
    serviceAccount,
    withoutSessionTags,
  }: Pick<PodIdentityAssociation, "serviceAccount" | "withoutSessionTags">,
): AssociationTrust {
  const grant = podIdentityGrantFor(cluster, serviceAccount, withoutSessionTags);
  // A statement for sessions without tags is the same for all associations of the cluster, and names none of them.
  const own = grantStatements(trust, grant).filter(
    (one) => withoutSessionTags || taggedServiceAccount(one) !== undefined,
  );
  return { hasOwn: own.length > 0, open: openPodStatements(trust, grant) };
}

/** True if other associations of the cluster with the role would stand against adopting it, or restricting its trust policy. */
export function usersMatter(
  { restrictTrust = false }: Terms,
  role: Role,
  cluster: ClusterWithIssuer,
  association: PodIdentityAssociation,
): boolean {
  const { hasOwn, open } = associationTrust(role, cluster, association);
  const isAdopted = hasOwn && ownedRole(role, cluster, association.serviceAccount) !== undefined;
  return open.length > 0 && (restrictTrust || !isAdopted);
}

/**
 * The proof that an association's role may be adopted for its ServiceAccount, by two who can't be one tenant: EKS's
 * association, which takes iam:PassRole to make, and irsa's statement in the trust policy, eksctl's tags or the operator.
 * The role must have no other association in the cluster.
 * @param sharing other associations of the cluster with the role
 * @throws Failure `role-shared`, `role-unproven`
 */
export function expectAssociated(
  { serviceAccount, roleName }: Terms,
  role: Role,
  cluster: ClusterWithIssuer,
  association: PodIdentityAssociation,
  sharing: readonly PodIdentityAssociation[],
): OwnedRole {
  if (sharing.length > 0) throw associatedToOthers(role, serviceAccount, sharing);
  const owned = ownedRole(role, cluster, serviceAccount);
  if (owned !== undefined) return owned;
  const { hasOwn } = associationTrust(role, cluster, association);
  const isNamed = hasOwn && !association.withoutSessionTags;
  if (!isNamed && role.name !== roleName && !eksctlTagsName(role.tags, cluster, serviceAccount))
    throw unconfirmed(role, association);
  return associatedProof(role, serviceAccount);
}

/** How many of those who share a role are named. */
const NAMED = 10;

function associatedToOthers(
  { name, arn }: Role,
  serviceAccount: ServiceAccountRef,
  sharing: readonly PodIdentityAssociation[],
): Failure {
  const paths = sharing.map((one) => serviceAccountPath(one.serviceAccount)).toSorted();
  const more = paths.length > NAMED ? [["…", `and ${paths.length - NAMED} more`] as const] : [];
  return new Failure(
    "refused",
    "role-shared",
    `role '${name}' is not only for ${serviceAccountPath(serviceAccount)}`,
    {
      facts: [
        ["role", arn],
        ...paths.slice(0, NAMED).map((path) => ["also associated with", path] as const),
        ...more,
      ],
      advice: "Changes to it would affect all of them. It can be used unchanged",
    },
  );
}

function unconfirmed(
  { name, arn }: Role,
  { serviceAccount, arn: association }: PodIdentityAssociation,
): Failure {
  const path = serviceAccountPath(serviceAccount);
  return new Failure(
    "refused",
    "role-unproven",
    `only the Pod Identity association shows that role '${name}' is for ${path}`,
    {
      facts: [
        ["association", association],
        ["role", arn],
      ],
      advice:
        "Neither eksctl's tags nor the trust policy name the ServiceAccount, and whoever can create associations can give it any role that they may pass. To adopt this role, name it:",
      flags: flag("--role-name", name),
    },
  );
}
