import type { ClusterRef, ProviderArn } from "./arn.ts";
import type { Brand } from "./brand.ts";
import { invalid, valid, type Parsed } from "./problems.ts";

/** A cluster's OIDC issuer, verbatim as DescribeCluster gives it: `https://` host and path, no port, no trailing slash. */
export type IssuerUrl = Brand<"IssuerUrl">;

/** The issuer without `https://`: what provider ARNs end in and what condition keys begin with. */
export type IssuerHostPath = Brand<"IssuerHostPath">;

/**
 * Accepts what IAM accepts as a provider's URL, without what a policy would read as a pattern or a variable: issuers are parts of
 * ARNs and of condition keys.
 * Source: IAM API Reference, CreateOpenIDConnectProvider (`Url`): https, no port, no query.
 */
export function parseIssuerUrl(text: string): Parsed<IssuerUrl> {
  if (/[*${}]/.test(text)) return invalid("has characters that a policy would read as a pattern");
  if (/^https:\/\/[^\s/:?#]+(\/[^\s?#]*[^\s/?#])?$/.test(text)) return valid(text as IssuerUrl);
  return invalid("is not a valid issuer URL; use https://HOST/PATH without a port, query or trailing slash");
}

/** Host and path of the issuer. */
export function hostPath(issuer: IssuerUrl): IssuerHostPath {
  return issuer.slice("https://".length) as IssuerHostPath;
}

/**
 * The ARN of the IAM identity provider for an issuer in an AWS account, for example the cluster's own.
 * Source: IAM User Guide, "IAM identifiers"; the resource is the URL without its scheme.
 */
export function providerArn(
  { partition, awsAccount }: Pick<ClusterRef, "partition" | "awsAccount">,
  issuer: IssuerUrl,
): ProviderArn {
  return `arn:${partition}:iam::${awsAccount}:oidc-provider/${hostPath(issuer)}` as ProviderArn;
}

/** The audience that EKS's tokens have unless the account asks for another; in every partition. */
export const DEFAULT_AUDIENCE = "sts.amazonaws.com";
