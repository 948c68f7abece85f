import type { RoleArn } from "./arn.ts";
import type { Role } from "./iam-objects.ts";
import type { ServiceAccountRef } from "./service-account-ref.ts";
import type { FromOperator } from "./source.ts";
import type { PolicyDocument } from "./trust-policy/document.ts";

declare class MayChange {
  protected readonly may: "change";
}
declare class MayOpen {
  protected readonly opened: "asked";
}
declare class MayGive {
  protected readonly given: "unshared";
}
declare class Judged {
  protected readonly judged: "trust";
}
declare class Narrowed {
  protected readonly judged: "narrower";
}
declare class Owned {
  protected readonly owned: "service-account";
}

/**
 * The ARN of a role that may be edited or deleted: it has been judged to be irsa's, the operator named it, or this plan
 * creates it.
 */
export type ChangeableRole = RoleArn & MayChange;

/** The ARN of a role whose trust policy may get a statement, too: it has the name that irsa computes, or the operator named it. */
export type OpenableRole = ChangeableRole & MayOpen;

/** The ARN of a role that may be given policies, too: nobody but its ServiceAccount assumes it, or the operator said so. */
export type GivableRole = ChangeableRole & MayGive;

/** A trust policy that may be written: made by one of the functions that judge it. */
export type WritableTrust = PolicyDocument & Judged;

/** A trust policy that allows nobody whom the one before did not: statements of irsa's were taken out of it. */
export type NarrowedTrust = PolicyDocument & Narrowed;

/** A ServiceAccount that a role of irsa's has been judged to be for: what was its own may be restored. */
export type OwnedServiceAccount = ServiceAccountRef & Owned;

/** A role that a ServiceAccount may be given: irsa's for it, or one that the operator named. */
export type AssignableRole = ChangeableRole | FromOperator<RoleArn>;

/**
 * The policy that allows to assume one role and nothing else: its only value is a role that the ServiceAccount may be given.
 * Only what plans target roles imports this.
 */
export function assumePolicy(
  role: AssignableRole,
  withoutSessionTags: boolean,
): FromOperator<PolicyDocument> {
  const document: PolicyDocument = {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: withoutSessionTags ? ["sts:AssumeRole"] : ["sts:AssumeRole", "sts:TagSession"],
        Resource: role,
      },
    ],
  };
  return document as FromOperator<PolicyDocument>;
}

/** The role of a plan that creates it: nobody else has it yet. */
export function createdRole({ arn }: { readonly arn: RoleArn }): GivableRole {
  return arn as GivableRole;
}

/** The role that the operator named by its ARN. */
export function namedRole(arn: FromOperator<RoleArn>): ChangeableRole {
  return arn as ChangeableRole & FromOperator<RoleArn>;
}

/**
 * Lets a role be changed. Only those that judge import these makers; a test holds that.
 */
export function changeable({ arn }: Pick<Role, "arn">): ChangeableRole {
  return arn as ChangeableRole;
}

/** Lets the trust policy of a role that may be changed get a statement. Only the judge of trust imports this. */
export function openable(arn: ChangeableRole): OpenableRole {
  return arn as OpenableRole;
}

/** Lets a role that may be changed be given policies. Only the judge of sharing imports this. */
export function givable(arn: ChangeableRole): GivableRole {
  return arn as GivableRole;
}

/** Lets a trust policy be written. Only those that judge trust policies import this. */
export function writable(trust: PolicyDocument): WritableTrust {
  return trust as WritableTrust;
}

/** Says that a trust policy is narrower than before. Only what takes irsa's statements out imports this. */
export function narrowed(trust: PolicyDocument): NarrowedTrust {
  return trust as NarrowedTrust;
}

/** Says that a role has been judged to be the ServiceAccount's. Only the judge of ownership imports this. */
export function ownedServiceAccount(serviceAccount: ServiceAccountRef): OwnedServiceAccount {
  return serviceAccount as OwnedServiceAccount;
}
