import type { PolicyArn, ProviderArn, RoleArn } from "./arn.ts";
import type { PolicyDocument } from "./trust-policy/document.ts";

/** Tags by key. */
export type Tags = Readonly<Record<string, string>>;

/** An IAM role as GetRole gives it, its trust policy decoded. Source: IAM API Reference, `Role`. */
export interface Role {
  readonly arn: RoleArn;
  readonly name: string;
  readonly trust: PolicyDocument;
  readonly maxSessionSeconds: number;
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
