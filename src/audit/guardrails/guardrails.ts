import type { ProviderArn } from "../../model/arn.ts";
import type {
  GuardrailPolicy,
  Guardrails,
  KnownIssuer,
  LostAccess,
  SubjectLevel,
} from "../../model/guardrails.ts";
import type { RoleListing } from "../../model/iam-objects.ts";
import type { IssuerHostPath } from "../../model/issuer.ts";
import { evaluateTrust } from "../../model/trust-policy/evaluate.ts";
import { readTrust } from "../../model/trust-policy/read.ts";
import { unlessTooComplex } from "../../model/trust-policy/steps.ts";
import type { TrustRequest } from "../../model/trust-policy/request.ts";
import { areCallersKnown, callersOf } from "./callers.ts";
import { resourceControlPolicies, serviceControlPolicies } from "./policies.ts";
import { subjectsOf } from "./subjects.ts";

/** What guardrails are made of: the fleet's issuers, and an AWS account whose trust policies pin their subjects. */
export interface GuardrailsInput {
  readonly awsAccount: string;
  readonly partition: string;
  readonly issuers: readonly IssuerHostPath[];
  readonly level: SubjectLevel;
  readonly roles: readonly RoleListing[];
  readonly providers: readonly ProviderArn[];
}

/**
 * The guardrails for the issuers, judged by the evaluator: who loses access. An issuer without a subject that could be
 * kept is not in the resource control policies, which deny its tokens.
 * @throws Failure `guardrails-too-large`
 */
export function guardrailsOf(input: GuardrailsInput): Guardrails {
  const { awsAccount, partition, level, roles, providers } = input;
  const trusts = roles.map(({ trust }) => readTrust(trust));
  const issuers = [...new Set(input.issuers)]
    .toSorted()
    .map((issuer): KnownIssuer => ({ issuer, subjects: subjectsOf(trusts, issuer, level) }));
  const pinned = issuers.filter(({ subjects }) => subjects.length > 0);
  const policies = [...resourceControlPolicies(pinned), ...serviceControlPolicies(issuers, partition)];
  const judged = roles.map(({ arn, trust }) => {
    const isKnown = trust !== undefined && areCallersKnown(trust);
    return { role: arn, isKnown, callers: unlessTooComplex(() => callersOf(trust, providers)) };
  });
  const callers = judged.flatMap(({ role, callers: all }) =>
    all === "too-complex" ? [] : all.map((caller) => ({ role, ...caller })),
  );
  const known = new Set<string>(issuers.map(({ issuer }) => issuer));
  const losing = callers
    .filter(({ request }) => isDenied(policies, request))
    .map(({ role, issuer, subject }): LostAccess => {
      return { role, issuer, subject, because: known.has(issuer) ? "subjectNotPinned" : "unknownIssuer" };
    });
  return {
    awsAccount,
    level,
    issuers,
    policies,
    losing,
    kept: callers.length - losing.length,
    notJudged: judged
      .filter(({ isKnown, callers: all }) => !isKnown || all === "too-complex")
      .map(({ role }) => role),
  };
}

/** True if one of the resource control policies denies a caller; service control policies don't apply to a web identity. */
export function isDenied(policies: readonly GuardrailPolicy[], request: TrustRequest): boolean {
  return policies
    .filter(({ type }) => type === "RESOURCE_CONTROL_POLICY")
    .some(({ document }) => evaluateTrust(document, request).explicit);
}
