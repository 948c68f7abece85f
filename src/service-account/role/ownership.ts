import { roleRef, type RoleArn } from "../../model/arn.ts";
import {
  changeable,
  ownedServiceAccount,
  type ChangeableRole,
  type OwnedServiceAccount,
} from "../../model/authority.ts";
import type { ClusterWithIssuer } from "../../model/cluster.ts";
import { Failure } from "../../model/failure.ts";
import type { Role, Tags } from "../../model/iam-objects.ts";
import { engineOf } from "../../model/managing-engine.ts";
import { OUR_NAME, TAG, type Origin } from "../../model/ownership-tags.ts";
import { isComputedFor, type RoleName } from "../../model/role-name.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../../model/service-account-ref.ts";
import type { FromOperator } from "../../model/source.ts";
import { namesServiceAccount } from "./named-in-trust.ts";

/** Whose a role is, seen from one ServiceAccount of one cluster. */
export type Ownership = OwnedRole | ForeignRole;

/** A role that is irsa's for the ServiceAccount: the proof by which it may be changed. Only `ownershipOf` makes one. */
export interface OwnedRole {
  readonly kind: "ours";
  readonly origin: Origin;
  /** What says so: the name that irsa computes, the trust policy alone, or the operator; for adoption, an association. */
  readonly witness: "name" | "trust" | "operator" | "association";
  readonly arn: ChangeableRole;
  readonly serviceAccount: OwnedServiceAccount;
}

/** A role that is not: it is used unchanged, or not at all. */
export interface ForeignRole {
  readonly kind: "foreign";
  /** Its tags say that it is irsa's for the ServiceAccount all the same. */
  readonly tagged: boolean;
  /** What speaks against its being irsa's, as half a sentence. */
  readonly why: string;
}

/** What ownership is judged by. */
export type JudgedRole = Pick<Role, "arn" | "trust" | "tags">;

/**
 * Judges what manages a role: the one place that does. Tags can be forged by whoever may tag: a role is irsa's only where its
 * tags name the ServiceAccount, and its name or its trust policy (with whatever audience) says so too. A role of ours whose
 * origin can't be read counts as adopted: it stays.
 */
export function ownershipOf(
  role: JudgedRole,
  cluster: ClusterWithIssuer,
  serviceAccount: ServiceAccountRef,
): Ownership {
  if (!claims(role, cluster, serviceAccount))
    return { kind: "foreign", tagged: false, why: makerOf(role.tags, cluster) };
  const isNamed = isComputedFor(roleRef(role.arn).name, cluster, serviceAccount);
  if (!isNamed && !namesServiceAccount(role.trust, cluster, serviceAccount)) {
    const why = `its ownership tags are for ${serviceAccountPath(serviceAccount)}, but neither its name nor its trust policy matches`;
    return { kind: "foreign", tagged: true, why };
  }
  return owned(role, serviceAccount, isNamed ? "name" : "trust");
}

/**
 * The proof where the tags of a role name the ServiceAccount, and the operator named that very role for its trust policy to
 * change (`--role-name` with `--add-trust`).
 */
export function vouchedRole(
  role: JudgedRole,
  name: FromOperator<RoleName>,
  serviceAccount: ServiceAccountRef,
  { tagged }: ForeignRole,
): OwnedRole | undefined {
  return tagged && roleRef(role.arn).name === name ? owned(role, serviceAccount, "operator") : undefined;
}

/** The proof for a role that is being adopted with the association that gives it: `expectAssociated` alone judges that. */
export function associatedProof(role: JudgedRole, serviceAccount: ServiceAccountRef): OwnedRole {
  return owned(role, serviceAccount, "association");
}

function owned(
  role: JudgedRole,
  serviceAccount: ServiceAccountRef,
  witness: OwnedRole["witness"],
): OwnedRole {
  return {
    kind: "ours",
    origin: role.tags[TAG.origin] === "created" ? "created" : "adopted",
    witness,
    arn: changeable(role),
    serviceAccount: ownedServiceAccount(serviceAccount),
  };
}

/** The proof that the role is irsa's for the ServiceAccount; `undefined` where it is not. */
export function ownedRole(
  role: JudgedRole,
  cluster: ClusterWithIssuer,
  serviceAccount: ServiceAccountRef,
): OwnedRole | undefined {
  const ownership = ownershipOf(role, cluster, serviceAccount);
  return ownership.kind === "ours" ? ownership : undefined;
}

/**
 * Of two roles whose tags name one ServiceAccount at least one is wrong, and which can't be determined.
 * @throws Failure `two-roles` that names both
 */
export function expectOneClaim(
  roles: readonly (JudgedRole | undefined)[],
  cluster: ClusterWithIssuer,
  serviceAccount: ServiceAccountRef,
): void {
  const claiming = roles
    .filter((role) => role !== undefined)
    .filter((role) => claims(role, cluster, serviceAccount));
  const arns = [...new Set(claiming.map(({ arn }) => arn))];
  if (arns.length > 1) throw twoRoles(arns, serviceAccount);
}

function twoRoles(arns: readonly RoleArn[], serviceAccount: ServiceAccountRef): Failure {
  return new Failure(
    "refused",
    "two-roles",
    `the roles ${arns.map((arn) => `'${roleRef(arn).name}'`).join(" and ")} both have ownership tags for ${serviceAccountPath(serviceAccount)}`,
    {
      facts: arns.map((arn) => ["role", arn] as const),
      advice: `Remove the tag ${TAG.managedBy} from the wrong role`,
    },
  );
}

/** True if the role's tags name this very ServiceAccount of this very cluster: a claim, which anyone who may tag can make. */
function claims(
  { tags }: Pick<Role, "tags">,
  cluster: ClusterWithIssuer,
  serviceAccount: ServiceAccountRef,
): boolean {
  return (
    tags[TAG.managedBy] === OUR_NAME &&
    tags[TAG.clusterArn] === cluster.arn &&
    tags[TAG.namespace] === serviceAccount.namespace &&
    tags[TAG.serviceAccount] === serviceAccount.name
  );
}

/** Who made a role, by its tags, as half a sentence. */
export function makerOf(tags: Tags, cluster: ClusterWithIssuer): string {
  if (tags[TAG.managedBy] === OUR_NAME) {
    const where = tags[TAG.clusterArn] === cluster.arn ? "" : ` of ${tags[TAG.clusterArn]}`;
    return `its ownership tags are for ${tags[TAG.namespace]}/${tags[TAG.serviceAccount]}${where}`;
  }
  if (isEksctls(tags)) return "created by eksctl";
  const engine = engineOf(tags);
  return engine === undefined ? "no ownership tags" : `managed by ${engine}`;
}

/** True if the tags are those that eksctl gives. */
export function isEksctls(tags: Tags): boolean {
  return Object.keys(tags).some((key) => key.startsWith("alpha.eksctl.io/"));
}
