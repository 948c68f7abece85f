import { DEFAULT_AUDIENCE } from "../../model/issuer.ts";
import type { Row } from "./row.ts";

/** Problems of the cluster, its issuer, and the OIDC provider in IAM. */
export const PROVIDER_ROWS = {
  "cluster-status": {
    row: "A12",
    link: "cluster",
    title: "the cluster is being deleted, or has failed",
    cause: "The cluster is being deleted, or it could not be created. Its issuer is deleted with it.",
    evidence: "The status DELETING or FAILED in the cluster's description (`eks:DescribeCluster`).",
    fix: "Use a different cluster. Pods lose their tokens when the cluster is deleted.",
  },
  "no-issuer": {
    row: "A12",
    link: "issuer",
    title: "the cluster has no OIDC issuer",
    cause:
      "The cluster is a local cluster on AWS Outposts, which has no OIDC issuer, or it is still being created.",
    evidence: "No `identity.oidc.issuer` in the cluster's description (`eks:DescribeCluster`).",
    fix: "Wait until the cluster is active. IRSA does not work with local clusters on AWS Outposts.",
  },
  "provider-missing": {
    row: "A1",
    link: "provider",
    title: "the issuer is not registered as an IAM OIDC provider",
    cause:
      "Nobody has created the IAM OIDC provider of the cluster, or it was deleted. STS rejects every token: InvalidIdentityToken, No OpenIDConnect provider found in your account.",
    evidence: "`iam:GetOpenIDConnectProvider` does not find the ARN that belongs to the cluster's issuer.",
    fix: "Register the issuer: `irsa associate-oidc --cluster NAME --approve`.",
  },
  "provider-other-host": {
    row: "A3",
    link: "provider",
    title: "a provider with the issuer's ID exists under a different host",
    cause:
      "A provider was created for another host name with the same ID, for example the dual-stack host of the region. STS compares the whole URL, so checks that search for the ID pass although tokens are rejected.",
    evidence: "A provider's ARN ends with the issuer's ID, but its host is not the issuer's.",
    fix: "Register the issuer exactly as EKS reports it: `irsa associate-oidc --cluster NAME --approve`. Then delete the other provider if nothing uses it.",
  },
  "provider-other-spelling": {
    row: "A4",
    link: "provider",
    title: "the provider's URL has a port or a trailing slash",
    cause:
      "The provider was created with `:443` or `/` at the end of the URL. STS takes it for the provider of a different issuer.",
    evidence:
      "A provider equals the issuer once the port and the trailing slash are removed and case is ignored.",
    fix: "Register the issuer exactly as EKS reports it: `irsa associate-oidc --cluster NAME --approve`. Then delete the other provider.",
  },
  "audience-not-accepted": {
    row: "A5",
    link: "provider",
    title: "the provider does not accept the audience of the ServiceAccount's tokens",
    cause:
      "The provider's client IDs don't include the audience, often because of a typo such as `sts.amazon.com`, or the annotation `eks.amazonaws.com/audience` asks for an unusual one. STS rejects the token: Incorrect token audience.",
    evidence: `The ServiceAccount's audience (its annotation, otherwise \`${DEFAULT_AUDIENCE}\`) is not among the provider's client IDs. The comparison is exact.`,
    fix: "For the default audience, add it: `irsa associate-oidc --cluster NAME --approve`. Any other audience was chosen by whoever can annotate the ServiceAccount: remove the annotation, unless IAM should accept it.",
  },
  "provider-elsewhere": {
    row: "A7",
    link: "provider",
    title: "the role's AWS account has no OIDC provider for the issuer",
    cause:
      "The role is in a different AWS account than the cluster. STS looks for the provider in the role's account.",
    evidence: "STS answers No OpenIDConnect provider found for a role of a different AWS account.",
    fix: `In the role's AWS account, create an IAM OIDC provider for the cluster's issuer with the audience \`${DEFAULT_AUDIENCE}\`.`,
  },
} as const satisfies Readonly<Record<string, Row>>;
