import { parseRoleArn, type RoleArn } from "../model/arn.ts";
import type { ClusterWithIssuer } from "../model/cluster.ts";
import { Failure } from "../model/failure.ts";
import type { Role } from "../model/iam-objects.ts";
import { DEFAULT_AUDIENCE } from "../model/issuer.ts";
import type { PodIdentityAssociation } from "../model/pod-identity.ts";
import type { EditRole } from "../model/role-change.ts";
import { roleDigest } from "../model/observed-digest.ts";
import { annotatedRole } from "../model/service-account-facts.ts";
import { serviceAccountPath } from "../model/service-account-ref.ts";
import type { PolicyDocument } from "../model/trust-policy/document.ts";
import { evaluateGrant, grantStatements, policySize, type Grant } from "../model/trust-policy/grant.ts";
import { foreignRole } from "../service-account/adopt/adopt-first.ts";
import { editTrust } from "../service-account/role/changes.ts";
import { ownershipOf, type OwnedRole } from "../service-account/role/ownership.ts";
import { grantFor, podIdentityGrantFor, trustRefuses } from "../service-account/role/trust.ts";
import {
  openableByOtherWay,
  trustWithGrant,
  trustWithoutGrants,
  writableGrant,
  writablePodIdentityGrant,
} from "../service-account/role/write-trust.ts";
import type { Subject } from "./row.ts";
import type { WayName } from "../model/way.ts";

/** The role of a ServiceAccount that moves, proved to be irsa's, with the grants of the two ways. */
export interface MovingRole {
  readonly role: Role;
  readonly owned: OwnedRole;
  /** By the way that is moved to. */
  readonly next: Grant;
  /** By the way that is left. */
  readonly former: Grant;
  readonly goal: WayName;
}

/** What a role is judged by beside the ServiceAccount. */
export interface RoleTerms {
  readonly cluster: ClusterWithIssuer;
  readonly clusterFlags: readonly string[];
  /** How many characters a trust policy may have. */
  readonly quota: number;
}

/**
 * The one role that annotation and association name; `undefined` if there is neither.
 * @throws Failure `bad-annotation`, or `not-ready` where the two differ or the association's is not valid
 */
export function roleArnOf({ ref, serviceAccount, association }: Subject): RoleArn | undefined {
  const annotated = annotatedRole(serviceAccount);
  const path = serviceAccountPath(ref);
  if (annotated.kind === "malformed")
    throw new Failure("refused", "bad-annotation", `the role annotation of ${path} ${annotated.problem}`, {
      facts: [["annotation", annotated.text]],
    });
  const associated = association && associatedArn(association, path);
  if (annotated.kind === "none") return associated;
  if (associated === undefined || associated === annotated.text) return annotated.text;
  throw new Failure(
    "refused",
    "not-ready",
    `${path} is annotated with another role than its Pod Identity association has`,
    {
      facts: [
        ["annotation", annotated.text],
        ["association", associated],
      ],
      advice: "Decide which role is right, and set it in both",
    },
  );
}

function associatedArn({ roleArn, arn }: PodIdentityAssociation, path: string): RoleArn {
  const parsed = parseRoleArn(roleArn);
  if (parsed.ok) return parsed.value;
  const message = `the role of the Pod Identity association of ${path} ${parsed.problem}`;
  throw new Failure("refused", "not-ready", message, {
    facts: [
      ["association", arn],
      ["role", roleArn],
    ],
  });
}

/**
 * Judges the role.
 * @throws Failure `no-role`, `foreign-role`, whatever kept it from being read
 */
export function movingRole(subject: Subject, arn: RoleArn, goal: WayName, terms: RoleTerms): MovingRole {
  const { ref } = subject;
  const { cluster, clusterFlags } = terms;
  const found = subject.role(arn);
  if (found.state === "unknown") throw found.failure;
  const role = found.value;
  if (role === undefined)
    throw new Failure("refused", "no-role", `the role of ${serviceAccountPath(ref)} does not exist`, {
      facts: [["role", arn]],
    });
  const ownership = ownershipOf(role, cluster, ref);
  if (ownership.kind === "foreign") throw notManaged(role, subject, ownership.why, clusterFlags);
  const irsa = grantFor(cluster, ref, DEFAULT_AUDIENCE);
  const podIdentity = podIdentityGrantFor(cluster, ref);
  return goal === "irsa"
    ? { role, owned: ownership, next: irsa, former: podIdentity, goal }
    : { role, owned: ownership, next: podIdentity, former: irsa, goal };
}

/** Whoever created the role, `adopt` takes it over. */
function notManaged(role: Role, { ref }: Subject, why: string, clusterFlags: readonly string[]): Failure {
  const failure = foreignRole(role, ref, why, clusterFlags);
  if (failure.detail.command !== undefined || why.includes("ownership tags are for")) return failure;
  return new Failure("refused", "foreign-role", failure.message, {
    facts: [["role", role.arn]],
    advice: "Adopt it first; the role and its pods are not affected:",
    command: ["irsa", "adopt", serviceAccountPath(ref), ...clusterFlags],
  });
}

/**
 * The edit that lets the ServiceAccount assume the role by the new way, too; `undefined` if it can.
 * @throws Failure `trust-refuses`, `trust-size`, `not-ready`
 */
export function trustBoth(
  { role, owned, next, former, goal }: MovingRole,
  terms: RoleTerms,
): EditRole | undefined {
  const { cluster, clusterFlags, quota } = terms;
  const { verdict, unknownKeys } = evaluateGrant(role.trust, next);
  if (verdict === "allow") return undefined;
  const ask = { serviceAccount: owned.serviceAccount, clusterFlags };
  if (verdict === "conditional")
    throw new Failure(
      "refused",
      "not-ready",
      `whether the trust policy of '${role.name}' allows the ServiceAccount depends on ${unknownKeys.join(", ")}, which can't be evaluated here`,
    );
  const target = openableByOtherWay(owned, role, former);
  if (target === undefined) throw trustRefuses(role, ask, next);
  const grant =
    goal === "irsa"
      ? writableGrant(cluster, owned.serviceAccount, DEFAULT_AUDIENCE)
      : writablePodIdentityGrant(cluster, owned.serviceAccount, false);
  const after = trustWithGrant(target, role, grant);
  const size = policySize(after);
  if (size > quota)
    throw new Failure(
      "refused",
      "trust-size",
      `the trust policy of '${role.name}' would have ${size} characters; IAM allows ${quota}`,
      { advice: "Request a quota increase, or split the role" },
    );
  return editTrust(target, role, after);
}

/**
 * The edit that removes irsa's statement for the former way: `undefined` if there is none, or if without it the role could
 * not be recognized as irsa's, or not be assumed by the new way.
 */
export function trustNextOnly(
  { role, owned, next, former }: MovingRole,
  { cluster }: RoleTerms,
): EditRole | undefined {
  if (grantStatements(role.trust, former).length === 0) return undefined;
  const after = trustWithoutGrants(role.trust, [former]);
  if (after === undefined || !isStillGood(role, after, owned, next, cluster)) return undefined;
  return {
    kind: "edit-role",
    arn: role.arn,
    trust: { before: role.trust, after },
    observed: roleDigest(role),
  };
}

function isStillGood(
  role: Role,
  trust: PolicyDocument,
  { serviceAccount }: OwnedRole,
  next: Grant,
  cluster: ClusterWithIssuer,
): boolean {
  return (
    evaluateGrant(trust, next).verdict === "allow" &&
    ownershipOf({ ...role, trust }, cluster, serviceAccount).kind === "ours"
  );
}
