import type { PolicyArn, ProviderArn, RoleArn } from "./arn.ts";
import type { PolicyDocument } from "./trust-policy/document.ts";

/** Tags by key. */
export type Tags = Readonly<Record<string, string>>;

/** An IAM role as GetRole gives it, its trust policy decoded. Source: IAM API Reference, `Role`. */
export interface Role {
  readonly arn: RoleArn;
  readonly name: string;
  /** Its unique id, which another role of the same name does not have. */
  readonly id: string;
  readonly trust: PolicyDocument;
  readonly maxSessionSeconds: number;
  /** IAM leaves out an empty one. */
  readonly description?: string;
  readonly boundary?: PolicyArn;
  readonly tags: Tags;
}

/** An IAM OIDC identity provider. Source: IAM API Reference, GetOpenIDConnectProvider. */
export interface Provider {
  readonly arn: ProviderArn;
  /** The audiences that it accepts. */
  readonly clientIds: readonly string[];
  readonly thumbprints: readonly string[];
  readonly tags: Tags;
}

/** A role as IAM lists it: enough to evaluate who can assume it. Source: IAM API Reference, ListRoles. */
export interface RoleListing {
  readonly arn: RoleArn;
  readonly id: string;
  /** `undefined` if it is not a valid policy document. */
  readonly trust: PolicyDocument | undefined;
  /** Absent where the list leaves it out. */
  readonly maxSessionSeconds?: number;
  readonly description?: string;
  /** When it was made, as RFC 3339. */
  readonly createdAt?: string;
}

/** Inline policies by name. */
export type InlinePolicies = Readonly<Record<string, PolicyDocument>>;

/** The policies of a role; of the inline ones the names alone where nobody needs what they say. */
export interface RolePolicies<Inline = InlinePolicies> {
  readonly attached: readonly PolicyArn[];
  readonly inline: Inline;
}

/** The same by names. */
export type RolePolicyNames = RolePolicies<readonly string[]>;

/** What is attached to a role. Source: IAM API Reference, RoleDetail. */
export interface RoleDetails extends RolePolicies {
  readonly boundary?: PolicyArn;
  readonly tags: Tags;
  /** When it last made a request, as RFC 3339; absent if it made none in the 400 days that IAM looks back. */
  readonly lastUsed?: string;
  /** When it was made, as RFC 3339. */
  readonly createdAt?: string;
}

/** Every role of an AWS account with all that is attached to it, and (if asked for) its customer managed policies. */
export interface RolesInFull {
  /** Without details where a policy document is invalid: a read of that role alone fails. */
  readonly roles: readonly (RoleListing & { readonly details: RoleDetails | undefined })[];
  /** In their default version. */
  readonly policies: ReadonlyMap<PolicyArn, PolicyDocument>;
}
