import { roleRef, type ProviderArn } from "../model/arn.ts";
import type { ClusterWithIssuer } from "../model/cluster.ts";
import { Failure } from "../model/failure.ts";
import type { Role } from "../model/iam-objects.ts";
import { hostPath, providerArn } from "../model/issuer.ts";
import type { Note } from "../model/plan.ts";
import { moveWords } from "../model/reach.ts";
import { shellCommand } from "../model/shell.ts";
import type { DesiredAccount } from "./desired.ts";
import { accountPath, subjectOf, type ServiceAccountRef } from "../model/service-account-ref.ts";
import type { PolicyDocument } from "../model/trust-policy/document.ts";
import { evaluateStatements, evaluateTrust, type TrustEvaluation } from "../model/trust-policy/evaluate.ts";
import { policySize, webIdentityStatement, withGrant, type Grant } from "../model/trust-policy/grant.ts";
import { judgeGrant } from "../model/trust-policy/judge.ts";
import { providersIn } from "../model/trust-policy/providers-in.ts";
import { readTrust, type TrustStatement } from "../model/trust-policy/read.ts";
import { issuerOf, webIdentityRequest } from "../model/trust-policy/request.ts";

/** IAM's default for a trust policy's length, and how far AWS raises it; white space does not count. */
const TRUST_QUOTA = { usual: 2048, most: 8192 };

/** The grant that lets one account of one cluster in, with one audience. */
export function grantFor(cluster: ClusterWithIssuer, account: ServiceAccountRef, audience: string): Grant {
  return {
    providerArn: providerArn(cluster, cluster.issuer),
    issuerHostPath: hostPath(cluster.issuer),
    subject: subjectOf(account),
    audience,
  };
}

/** How a role's trust policy judges the grant's holder, as far as it can be told without being there. */
export function evaluateGrant(trust: PolicyDocument, grant: Grant): TrustEvaluation {
  return evaluateTrust(trust, webIdentityRequest(grant));
}

/** The trust policy with the account let in; foreign statements stay as they are. */
export function trustWithGrant(role: Role, grant: Grant): PolicyDocument {
  const after = withGrant(role.trust, grant);
  const verdict = evaluateGrant(after, grant);
  if (verdict.verdict === "deny") throw deniedByAnother(role);
  assertSafe(after, grant);
  return after;
}

/**
 * The last look before a trust policy is written: our statement lets in its account and nobody else.
 * @throws Failure `unsafe-trust`, `trust-size`
 */
export function assertSafe(trust: PolicyDocument, grant: Grant): void {
  const problems = judgeGrant(trust, grant).filter(({ code }) => code !== "unproven");
  if (problems.length > 0) {
    throw new Failure("refused", "unsafe-trust", "the trust policy would not do what it should", {
      facts: problems.map((problem) => ["evaluator", JSON.stringify(problem)] as const),
    });
  }
  const size = policySize(trust);
  if (size > TRUST_QUOTA.most) {
    throw new Failure(
      "refused",
      "trust-size",
      `the trust policy would have ${size} characters; IAM takes ${TRUST_QUOTA.most} at most`,
    );
  }
}

/** What a user should know of a trust policy that is about to be written or relied on. */
export function trustNotes(trust: PolicyDocument, evaluation: TrustEvaluation): Note[] {
  const notes: Note[] = [];
  if (evaluation.verdict === "conditional") {
    const open = evaluation.unknownKeys.join(", ") || "a statement that can't be read";
    const message = `whether the trust policy lets the account in also depends on ${open}, which can't be known from here`;
    notes.push({ level: "warning", code: "trust-conditional", message });
  }
  if (policySize(trust) > TRUST_QUOTA.usual) {
    const message = `the trust policy has ${policySize(trust)} characters; IAM's quota is ${TRUST_QUOTA.usual} unless it was raised (ACLSizePerRole)`;
    notes.push({ level: "warning", code: "trust-size", message });
  }
  return notes;
}

/**
 * The issuer of another cluster under which the trust policy lets this very account in, with whatever audience;
 * `undefined` if none.
 */
export function otherIssuerOf(
  trust: PolicyDocument,
  { providerArn, subject, audience }: Grant,
): string | undefined {
  const other = providersAdmitting(trust, subject, audience).find((provider) => provider !== providerArn);
  return other && issuerOf(other);
}

/**
 * The OIDC providers by whose tokens the trust policy lets a subject in, or may do so.
 * @param audience one beside those that the policy speaks of
 */
export function providersAdmitting(
  trust: PolicyDocument,
  subject: string,
  audience: string,
): readonly ProviderArn[] {
  const statements = readTrust(trust);
  const audiences = [audience, ...pinnedAudiences(statements)];
  return providersIn(statements).filter((providerArn) =>
    audiences.some((one) => {
      const request = { providerArn, issuerHostPath: issuerOf(providerArn), subject, audience: one };
      return evaluateStatements(statements, webIdentityRequest(request)).verdict !== "deny";
    }),
  );
}

function pinnedAudiences(statements: readonly TrustStatement[]): readonly string[] {
  return statements
    .flatMap(({ conditions }) => conditions)
    .filter(({ key }) => key.toLowerCase().endsWith(":aud"))
    .flatMap(({ expected }) => expected);
}

/** The refusal to use a role whose trust policy does not let the account in, with the statement that would. */
export function trustRefuses(
  role: Role,
  account: ServiceAccountRef,
  grant: Grant,
  roleIsNamed: boolean,
): Failure {
  const flags = roleIsNamed ? "--add-trust" : `--attach-role-arn ${role.arn} --add-trust`;
  const statement = JSON.stringify(webIdentityStatement(grant), null, 2);
  return new Failure(
    "refused",
    "trust-refuses",
    `the role '${role.name}' does not trust ${accountPath(account)}`,
    {
      facts: [["role", role.arn]],
      advice: `Its owner can add this statement to the trust policy, or approve a plan for it with ${flags}:\n${statement}`,
    },
  );
}

/** The refusal to move a role of ours from another issuer without being told to. */
export function trustMove(
  role: Role,
  { account, reach }: Pick<DesiredAccount, "account" | "reach">,
  other: string,
): Failure {
  return new Failure(
    "refused",
    "trust-move",
    `the role '${roleRef(role.arn).name}' trusts ${accountPath(account)} of another issuer`,
    {
      facts: [
        ["role", role.arn],
        ["it trusts", other],
      ],
      advice:
        "It stems from a cluster of the same name that is gone, or was rebuilt. To let this cluster in too: --add-trust. For all roles that trust that issuer, as a plan:",
      command: shellCommand(moveWords(reach, other)),
    },
  );
}

function deniedByAnother(role: Role): Failure {
  return new Failure(
    "refused",
    "trust-denies",
    `a Deny statement in the trust policy of '${role.name}' keeps the account out`,
    {
      facts: [["role", role.arn]],
      advice: "Its owner has to change that statement first",
    },
  );
}
