import { roleRef, type ProviderArn } from "../../model/arn.ts";
import type { ClusterWithIssuer } from "../../model/cluster.ts";
import { Failure } from "../../model/failure.ts";
import type { Role } from "../../model/iam-objects.ts";
import { DEFAULT_AUDIENCE, hostPath, providerArn } from "../../model/issuer.ts";
import type { Note } from "../../model/plan.ts";
import { attachWords, moveWords } from "../../model/cluster-flags.ts";
import { serviceAccountPath, subjectOf, type ServiceAccountRef } from "../../model/service-account-ref.ts";
import type { PolicyDocument } from "../../model/trust-policy/document.ts";
import { verdictOf, type TrustEvaluation } from "../../model/trust-policy/evaluate.ts";
import {
  grantStatement,
  grantStatements,
  policySize,
  withGrant,
  type Grant,
  type GrantKey,
  type PodIdentityGrant,
  type TargetRoleGrant,
  type WebIdentityGrant,
  type WebIdentityKey,
} from "../../model/trust-policy/grant.ts";
import { providersIn } from "../../model/trust-policy/providers-in.ts";
import { readTrust, type TrustStatement } from "../../model/trust-policy/read.ts";
import { TRUST_QUOTA } from "../../model/trust-policy/size-quota.ts";
import { Steps, stepsOf, unlessTooComplex } from "../../model/trust-policy/steps.ts";
import { issuerOf, webIdentityRequest } from "../../model/trust-policy/request.ts";

/** What tells our statement for one ServiceAccount of one cluster. */
export function grantKeyFor(cluster: ClusterWithIssuer, serviceAccount: ServiceAccountRef): WebIdentityKey {
  return { providerArn: providerArn(cluster, cluster.issuer), subject: subjectOf(serviceAccount) };
}

/** What tells our statements for one ServiceAccount of one cluster, by either way and in a target role. */
export function grantKeysFor(
  cluster: ClusterWithIssuer,
  serviceAccount: ServiceAccountRef,
): readonly GrantKey[] {
  return [
    grantKeyFor(cluster, serviceAccount),
    podIdentityGrantFor(cluster, serviceAccount),
    targetRoleKeyFor(cluster, serviceAccount),
  ];
}

/** The grant that allows one ServiceAccount of one cluster, with one audience. */
export function grantFor(
  cluster: ClusterWithIssuer,
  serviceAccount: ServiceAccountRef,
  audience: string,
): WebIdentityGrant {
  return { ...grantKeyFor(cluster, serviceAccount), issuerHostPath: hostPath(cluster.issuer), audience };
}

/** The grant that allows one ServiceAccount of one cluster by a Pod Identity association; with session tags by default. */
export function podIdentityGrantFor(
  { arn }: Pick<ClusterWithIssuer, "arn">,
  serviceAccount: ServiceAccountRef,
  withoutSessionTags = false,
): PodIdentityGrant {
  return { way: "pod-identity", clusterArn: arn, serviceAccount, withoutSessionTags };
}

/** The grant that allows the association's own role, for one ServiceAccount of one cluster, to assume a target role. */
export function targetGrantFor(
  { arn }: Pick<ClusterWithIssuer, "arn">,
  serviceAccount: ServiceAccountRef,
  terms: Pick<TargetRoleGrant, "withoutSessionTags" | "firstRole" | "externalId">,
): TargetRoleGrant {
  return { way: "target-role", clusterArn: arn, serviceAccount, ...terms };
}

/** What tells our statement for one ServiceAccount of one cluster in the trust policy of a target role. */
export function targetRoleKeyFor(
  { arn }: Pick<ClusterWithIssuer, "arn">,
  serviceAccount: ServiceAccountRef,
): GrantKey {
  return { way: "target-role", clusterArn: arn, serviceAccount };
}

/**
 * True if the trust policy is for the ServiceAccount by either way: its tokens, or a statement of ours for Pod Identity, be
 * it for the role of its association or for the target role.
 */
export function trustsServiceAccount(
  trust: PolicyDocument,
  cluster: ClusterWithIssuer,
  serviceAccount: ServiceAccountRef,
): boolean {
  return (
    admitsServiceAccount(trust, cluster, serviceAccount) ||
    [podIdentityGrantFor(cluster, serviceAccount), targetRoleKeyFor(cluster, serviceAccount)].some(
      (key) => grantStatements(trust, key).length > 0,
    )
  );
}

/** True if the trust policy allows the ServiceAccount by this cluster's tokens, or may, with whatever audience. */
export function admitsServiceAccount(
  trust: PolicyDocument,
  cluster: ClusterWithIssuer,
  serviceAccount: ServiceAccountRef,
): boolean {
  const provider = providerArn(cluster, cluster.issuer);
  return providersAdmitting(trust, subjectOf(serviceAccount), DEFAULT_AUDIENCE).includes(provider);
}

/** What a user should know of a trust policy that is about to be written or relied on. */
export function trustNotes(trust: PolicyDocument, evaluation: TrustEvaluation): Note[] {
  const notes: Note[] = [];
  if (evaluation.verdict === "conditional") {
    const open = evaluation.unknownKeys.join(", ") || "a statement that can't be parsed";
    const message = `whether the trust policy allows the ServiceAccount also depends on ${open}, which can't be evaluated here`;
    notes.push({ level: "warning", code: "trust-conditional", message });
  }
  if (policySize(trust) > TRUST_QUOTA.usual) {
    const message = `the trust policy has ${policySize(trust)} characters; IAM's default quota is ${TRUST_QUOTA.usual} (role trust policy length)`;
    notes.push({ level: "warning", code: "trust-size", message });
  }
  return notes;
}

/**
 * The issuer of another cluster under which the trust policy lets this very ServiceAccount in, with whatever audience;
 * `undefined` if none.
 */
export function otherIssuerOf(
  trust: PolicyDocument,
  { providerArn, subject, audience }: WebIdentityGrant,
): string | undefined {
  const other = providersAdmitting(trust, subject, audience).find((provider) => provider !== providerArn);
  return other && issuerOf(other);
}

/**
 * The OIDC providers by whose tokens the trust policy lets a subject in, or may do so; all that it names where it asks
 * for too much to be judged.
 * @param audience one beside those that the policy speaks of
 */
export function providersAdmitting(
  trust: PolicyDocument,
  subject: string,
  audience: string,
): readonly ProviderArn[] {
  const statements = readTrust(trust);
  const audiences = audiencesIn(trust, { audience });
  const providers = providersIn(statements);
  const steps = new Steps();
  const cost = stepsOf(statements);
  const admitting = unlessTooComplex(() =>
    providers.filter((providerArn) =>
      audiences.some((one) => {
        steps.spend(cost);
        const request = { providerArn, issuerHostPath: issuerOf(providerArn), subject, audience: one };
        return verdictOf(statements, webIdentityRequest(request)) !== "deny";
      }),
    ),
  );
  return admitting === "too-complex" ? providers : admitting;
}

/** The grant's audience, and those that a trust policy speaks of. */
export function audiencesIn(
  trust: PolicyDocument,
  { audience }: Pick<WebIdentityGrant, "audience">,
): readonly string[] {
  return [...new Set([audience, ...pinnedAudiences(readTrust(trust))])];
}

function pinnedAudiences(statements: readonly TrustStatement[]): readonly string[] {
  return statements
    .flatMap(({ conditions }) => conditions)
    .filter(({ key }) => key.toLowerCase().endsWith(":aud"))
    .flatMap(({ expected }) => expected);
}

/** Who asks for a role: the ServiceAccount, and the flags that lead to its cluster. */
export interface TrustAsk {
  readonly serviceAccount: ServiceAccountRef;
  readonly clusterFlags: readonly string[];
  readonly roleOnly?: boolean;
  /** Asked for by a file, whose fields are told instead of flags. */
  readonly byFile?: boolean;
}

/**
 * The refusal to use a role whose trust policy does not let the ServiceAccount in, with the statement that would, and the command
 * that plans it: whatever command has refused, not all of them have `--add-trust`.
 */
export function trustRefuses(
  role: Role,
  { serviceAccount, clusterFlags, roleOnly = false }: TrustAsk,
  grant: Grant,
): Failure {
  const statement = JSON.stringify(grantStatement(grant), null, 2);
  const size = policySize(withGrant(role.trust, grant));
  const command = attachWords(clusterFlags, { serviceAccount, role: role.arn, roleOnly, grant });
  return new Failure(
    "refused",
    "trust-refuses",
    `role '${role.name}' does not trust ${serviceAccountPath(serviceAccount)}`,
    {
      facts: [["role", role.arn]],
      advice: [
        "Ask its owner to add this statement to the trust policy:",
        ...statement.split("\n"),
        ...(size > TRUST_QUOTA.usual
          ? [
              `With it, the trust policy has ${size} characters; IAM's default quota is ${TRUST_QUOTA.usual}.`,
              "Unless the quota was raised, use another role, or have statements removed or merged first;",
            ]
          : []),
        "or review the plan of:",
      ],
      command,
    },
  );
}

/** The refusal to move a role of ours from another issuer without being told to. */
export function trustMove(
  role: Role,
  { serviceAccount, clusterFlags, byFile = false }: TrustAsk,
  other: string,
): Failure {
  return new Failure(
    "refused",
    "trust-move",
    `role '${roleRef(role.arn).name}' trusts ${serviceAccountPath(serviceAccount)} of a different issuer`,
    {
      facts: [
        ["role", role.arn],
        ["trusts", other],
      ],
      advice: `The role may be from a deleted or rebuilt cluster of the same name. ${byFile ? "" : "To allow this cluster too: --add-trust. "}To plan it for all roles that trust that issuer:`,
      command: moveWords(clusterFlags, other),
    },
  );
}
