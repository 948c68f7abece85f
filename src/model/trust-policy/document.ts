/**
 * The shape of an IAM policy document as JSON.
 * Source: IAM User Guide, "Grammar of the IAM JSON policy language".
 */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement: Statement | readonly Statement[];
}

/** One statement of a policy document; IAM allows a single object where it takes a list. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: Principal;
  readonly NotPrincipal?: Principal;
  readonly Action?: OneOrMany<string>;
  readonly NotAction?: OneOrMany<string>;
  readonly Resource?: OneOrMany<string>;
  readonly NotResource?: OneOrMany<string>;
  readonly Condition?: ConditionBlock;
}

/** `"*"`, or the principals by type; each value may be one string or a list. */
export type Principal = "*" | Readonly<Partial<Record<PrincipalType, OneOrMany<string>>>>;

/** The principal types of the policy grammar. */
export type PrincipalType = "AWS" | "Federated" | "Service" | "CanonicalUser";

/** Operator → condition key → value or values. Booleans and numbers may be as JSON values. */
export type ConditionBlock = Readonly<Record<string, Readonly<Record<string, OneOrMany<ConditionValue>>>>>;

/** A value of a condition key as it may be in the JSON. */
export type ConditionValue = string | number | boolean;

/** IAM's habit: a single value may be without its list. */
export type OneOrMany<T> = T | readonly T[];

/** The list behind IAM's one-or-many notation; nothing gives an empty list. */
export function listOf<T>(value: OneOrMany<T> | undefined): readonly T[] {
  if (value === undefined) return [];
  return isList(value) ? value : [value];
}

function isList<T>(value: OneOrMany<T>): value is readonly T[] {
  return Array.isArray(value);
}
