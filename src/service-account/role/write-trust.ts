import type { RoleArn } from "../../model/arn.ts";
import {
  namedRole,
  narrowed,
  openable,
  writable,
  type AssignableRole,
  type NarrowedTrust,
  type OpenableRole,
  type OwnedServiceAccount,
  type WritableTrust,
} from "../../model/authority.ts";
import type { ClusterWithIssuer } from "../../model/cluster.ts";
import { Failure } from "../../model/failure.ts";
import type { Role } from "../../model/iam-objects.ts";
import type { AskedServiceAccount, AskedAudience } from "../../model/asked.ts";
import type { FromOperator } from "../../model/source.ts";
import { listOf, type PolicyDocument, type Statement } from "../../model/trust-policy/document.ts";
import {
  evaluateGrant,
  grantStatement,
  grantStatements,
  policySize,
  trustPolicy,
  withGrant,
  withoutGrant,
  type Grant,
  type GrantKey,
  type WebIdentityGrant,
} from "../../model/trust-policy/grant.ts";
import { judgeGrant } from "../../model/trust-policy/judge.ts";
import { TRUST_QUOTA } from "../../model/trust-policy/size-quota.ts";
import type { OwnedRole } from "./ownership.ts";
import { grantFor, podIdentityGrantFor, targetGrantFor, trustRefuses } from "./trust.ts";

declare class Asked {
  protected readonly asked: "grant";
}

/** A grant that may be written: for a ServiceAccount that the operator named, or whose own role it is, and for an audience of theirs. */
export type WritableGrant = Grant & Asked;

/** The grant that a trust policy is to hold. */
export function writableGrant(
  cluster: ClusterWithIssuer,
  serviceAccount: AskedServiceAccount | OwnedServiceAccount,
  audience: AskedAudience,
): WebIdentityGrant & Asked {
  return grantFor(cluster, serviceAccount, audience) as WebIdentityGrant & Asked;
}

/** The same for Pod Identity. */
export function writablePodIdentityGrant(
  cluster: ClusterWithIssuer,
  serviceAccount: AskedServiceAccount | OwnedServiceAccount,
  withoutSessionTags: boolean,
): WritableGrant {
  return podIdentityGrantFor(cluster, serviceAccount, withoutSessionTags) as WritableGrant;
}

/**
 * The same for a target role.
 * @param terms `firstRole`: the association's own role, which the plan may give to the ServiceAccount
 */
export function writableTargetGrant(
  cluster: ClusterWithIssuer,
  serviceAccount: AskedServiceAccount | OwnedServiceAccount,
  terms: Parameters<typeof targetGrantFor>[2] & { readonly firstRole: AssignableRole },
): WritableGrant {
  return targetGrantFor(cluster, serviceAccount, terms) as WritableGrant;
}

/** The trust policy of a new role: it allows the ServiceAccount, and nobody else. */
export function newTrust(grant: WritableGrant): WritableTrust {
  const trust = trustPolicy([grantStatement(grant)]);
  assertSafe(trust, grant);
  return writable(trust);
}

/** The trust policy with a statement that allows the ServiceAccount; statements of others are unchanged. */
export function trustWithGrant(_role: OpenableRole, role: Role, grant: WritableGrant): WritableTrust {
  const after = withGrant(role.trust, grant);
  const verdict = evaluateGrant(after, grant);
  if (verdict.verdict === "deny") throw deniedByAnother(role);
  assertSafe(after, grant);
  return writable(after);
}

/**
 * The trust policy without our statements for the keys: the document itself where none is there, `undefined` where
 * nothing would be left.
 */
export function trustWithoutGrants(
  trust: PolicyDocument,
  keys: readonly GrantKey[],
): NarrowedTrust | undefined {
  const rest = withoutGrant(trust, ...keys);
  return rest && narrowed(rest);
}

/**
 * Lets the trust policy of a role of irsa's get the ServiceAccount's statement: where the role has the computed name, or holds
 * a statement of ours for the ServiceAccount already, which is then replaced. Tags and an annotation open nothing.
 * @param by `named` where the operator named the role for that (`--add-trust`); otherwise the flags that lead to the cluster
 * @throws Failure `trust-refuses`
 */
export function openableRole(
  owned: OwnedRole,
  role: Role,
  grant: WritableGrant,
  by: "named" | readonly string[],
): OpenableRole {
  const isReplaced = grantStatements(role.trust, grant).length > 0;
  if (owned.witness !== "trust" || isReplaced || by === "named") return openable(owned.arn);
  throw trustRefuses(role, { serviceAccount: owned.serviceAccount, clusterFlags: by }, grant);
}

/**
 * Lets the trust policy of a role of irsa's get the ServiceAccount's statement for another way, since the ServiceAccount
 * certainly gets the role by one already; `undefined` where that is not certain.
 * @param other may be the statement's own grant, which other statements allow already: then it gives nobody anything
 */
export function openableByOtherWay(owned: OwnedRole, role: Role, other: Grant): OpenableRole | undefined {
  return evaluateGrant(role.trust, other).verdict === "allow" ? openable(owned.arn) : undefined;
}

/** The trust policy with the ServiceAccount's statement instead of those that allow other associations too. */
export function trustPinned(
  target: OpenableRole,
  role: Role,
  grant: WritableGrant,
  open: readonly Statement[],
): WritableTrust {
  const kept = listOf(role.trust.Statement).filter((one) => !open.includes(one));
  return trustWithGrant(target, { ...role, trust: { ...role.trust, Statement: kept } }, grant);
}

/** Lets the trust policy of a role that the operator named by its ARN, with `--add-trust`, get a statement. */
export function namedForTrust(arn: FromOperator<RoleArn>): OpenableRole {
  return openable(namedRole(arn));
}

/**
 * The last check before a trust policy is written: our statement allows its ServiceAccount and nobody else.
 * @throws Failure `unsafe-trust`, `trust-size`
 */
function assertSafe(trust: PolicyDocument, grant: Grant): void {
  const problems = judgeGrant(trust, grant).filter(({ code }) => code !== "unproven");
  if (problems.length > 0) {
    throw new Failure(
      "refused",
      "unsafe-trust",
      "the trust policy would not allow exactly this ServiceAccount",
      {
        facts: problems.map((problem) => ["evaluator", JSON.stringify(problem)] as const),
      },
    );
  }
  const size = policySize(trust);
  if (size > TRUST_QUOTA.most) {
    throw new Failure(
      "refused",
      "trust-size",
      `the trust policy would have ${size} characters; IAM allows at most ${TRUST_QUOTA.most}`,
    );
  }
}

function deniedByAnother(role: Role): Failure {
  return new Failure(
    "refused",
    "trust-denies",
    `a Deny statement in the trust policy of '${role.name}' denies the ServiceAccount`,
    {
      facts: [["role", role.arn]],
      advice: "Ask its owner to change that statement first",
    },
  );
}
