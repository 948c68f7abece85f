import type { ProviderArn } from "./arn.ts";
import type { Tags } from "./iam-objects.ts";
import type { IssuerUrl } from "./issuer.ts";
import type { AskedAudience } from "./asked.ts";
import type { FromOperator } from "./source.ts";

/** What a plan can do to an identity provider. */
export type ProviderChange = CreateProvider | EditProvider | DeleteProvider;

/** Registers the issuer as an identity provider. */
export interface CreateProvider {
  readonly kind: "create-provider";
  readonly arn: ProviderArn;
  readonly url: IssuerUrl;
  readonly clientIds: readonly AskedAudience[];
  /** Empty: IAM judges the issuer's certificate by its own trusted authorities. */
  readonly thumbprints: readonly FromOperator<string>[];
  readonly tags: Tags;
}

/** Adds audiences to a provider, and sets tags and thumbprints. */
export interface EditProvider {
  readonly kind: "edit-provider";
  readonly arn: ProviderArn;
  readonly addClientIds: readonly AskedAudience[];
  readonly setTags: Tags;
  /** The values that `setTags` replaces, for show. */
  readonly tagsBefore?: Tags;
  /** The whole new list, or `undefined` to leave it. */
  readonly thumbprints?: readonly FromOperator<string>[];
  readonly observed: string;
}

/** Deletes the identity provider: tokens of its issuer are no longer accepted. */
export interface DeleteProvider {
  readonly kind: "delete-provider";
  readonly arn: ProviderArn;
  readonly observed: string;
}
