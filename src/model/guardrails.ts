import type { ProviderArn, RoleArn } from "./arn.ts";
import type { IssuerHostPath } from "./issuer.ts";
import type { PolicyDocument } from "./trust-policy/document.ts";

/**
 * How closely subjects are kept: those that trust policies name, the namespaces that they name, or any ServiceAccount.
 * From the closest.
 */
export const SUBJECT_LEVELS = ["pinned", "namespaces", "any"] as const;

/** One of `SUBJECT_LEVELS`. */
export type SubjectLevel = (typeof SUBJECT_LEVELS)[number];

/** As AWS Organizations calls the types. */
export type GuardrailType = "RESOURCE_CONTROL_POLICY" | "SERVICE_CONTROL_POLICY";

/**
 * The most characters of a policy, and the most policies of the type at a root, an OU or an AWS account; of these,
 * AWS's own (RCPFullAWSAccess, FullAWSAccess) is one.
 * Source: AWS Organizations User Guide, "Quotas and service limits" (of SCPs, doubled on 15 May 2026).
 */
export const GUARDRAIL_LIMITS: Readonly<
  Record<GuardrailType, { readonly characters: number; readonly attached: number }>
> = {
  RESOURCE_CONTROL_POLICY: { characters: 5120, attached: 5 },
  SERVICE_CONTROL_POLICY: { characters: 10_240, attached: 10 },
};

/** A policy to create in AWS Organizations. */
export interface GuardrailPolicy {
  readonly type: GuardrailType;
  readonly name: string;
  readonly document: PolicyDocument;
  /** Characters, without white space. */
  readonly size: number;
}

/** An issuer, and the subjects of its tokens that may assume roles; values of `StringLike`. */
export interface KnownIssuer {
  readonly issuer: IssuerHostPath;
  readonly subjects: readonly string[];
}

/** Callers whom a role's trust policy allows, and the guardrails don't. */
export interface LostAccess {
  readonly role: RoleArn;
  /** Host and path, or the domain of a provider that IAM knows by itself. */
  readonly issuer: string;
  /** A subject, a value with wildcards that stands for those that the policies don't name, or `*` for any. */
  readonly subject: string;
  readonly because: "unknownIssuer" | "subjectNotPinned";
}

/** The guardrails, judged. */
export interface Guardrails {
  readonly awsAccount: string;
  readonly level: SubjectLevel;
  readonly issuers: readonly KnownIssuer[];
  readonly policies: readonly GuardrailPolicy[];
  readonly losing: readonly LostAccess[];
  /** How many callers keep their access. */
  readonly kept: number;
  /** Roles whose callers could not be told from their trust policies. */
  readonly notJudged: readonly RoleArn[];
}

/** The guardrails of an AWS account. */
export interface GuardrailsAnswer extends Guardrails {
  /** Providers of the AWS account whose URLs a policy would read as patterns: their issuers are not known. */
  readonly leftOut: readonly ProviderArn[];
}
