import type { Row } from "./row.ts";

/** Problems in AWS: cluster, provider, role, and STS. */
export const AWS_ROWS = {
  "cluster-status": { row: "A12", link: "cluster", title: "the cluster is being deleted, or has failed" },
  "no-issuer": { row: "A12", link: "issuer", title: "the cluster has no OIDC issuer" },
  "provider-missing": {
    row: "A1",
    link: "provider",
    title: "the issuer is not registered as an IAM OIDC provider",
  },
  "provider-other-host": {
    row: "A3",
    link: "provider",
    title: "a provider with the issuer's ID exists under a different host",
  },
  "provider-other-spelling": {
    row: "A4",
    link: "provider",
    title: "the provider's URL has a port or a trailing slash",
  },
  "audience-not-accepted": {
    row: "A5",
    link: "provider",
    title: "the provider does not accept the audience of the ServiceAccount's tokens",
  },
  "provider-elsewhere": {
    row: "A7",
    link: "provider",
    title: "the role's AWS account has no OIDC provider for the issuer",
  },
  "role-missing": { row: "B11", link: "role", title: "the role does not exist" },
  "role-path": {
    row: "B11",
    link: "role",
    title: "the annotation omits the role's path or spells its name differently",
  },
  "subject-mismatch": {
    row: "B1",
    link: "trust-policy",
    title: "the trust policy allows a different ServiceAccount",
  },
  "wildcard-under-equals": { row: "B2", link: "trust-policy", title: "a wildcard under StringEquals" },
  "federated-mismatch": {
    row: "B3",
    link: "trust-policy",
    title: "the trusted provider is spelled differently",
  },
  "condition-key-mangled": {
    row: "B4",
    link: "trust-policy",
    title: "a condition key that the cluster's tokens don't have",
  },
  "scheme-in-name": {
    row: "B5",
    link: "trust-policy",
    title: "`https://` in a condition key or in the provider's ARN",
  },
  "federated-partition": {
    row: "B6",
    link: "trust-policy",
    title: "the trusted provider is in a different partition",
  },
  "no-web-identity": {
    row: "B7",
    link: "trust-policy",
    title: "no statement allows sts:AssumeRoleWithWebIdentity",
  },
  "audience-mismatch": {
    row: "B8",
    link: "trust-policy",
    title: "the trust policy requires a different audience",
  },
  "audience-unpinned": { row: "B8", link: "trust-policy", title: "the trust policy allows any audience" },
  "subject-unpinned": {
    row: "B9",
    link: "trust-policy",
    title: "the trust policy allows every ServiceAccount in the cluster",
  },
  "other-issuer": {
    row: "A2",
    link: "trust-policy",
    title: "the trust policy trusts the issuer of a different cluster",
  },
  "denied-by-statement": {
    row: "B12",
    link: "trust-policy",
    title: "a Deny statement denies the ServiceAccount",
  },
  "condition-unmet": {
    row: "B12",
    link: "trust-policy",
    title: "an additional condition that tokens never meet",
  },
  "nothing-allowed": {
    row: "B13",
    link: "permissions",
    title: "the role has no policies attached",
  },
  "attachment-gone": {
    row: "B13",
    link: "permissions",
    title: "a policy attached by irsa was detached",
  },
  "exchange-denied": {
    row: "B12",
    link: "sts",
    title: "everything is configured correctly, but STS denies the request: an organization policy",
  },
  "sts-region-inactive": { row: "A9", link: "sts", title: "STS is not active in the region" },
  "issuer-keys": {
    row: "G1",
    link: "sts",
    title: "STS can't fetch the issuer's keys or doesn't find the signing key",
  },
  "session-too-long": {
    row: "B14",
    link: "sts",
    title: "the requested session duration exceeds the role's maximum",
  },
  "sts-refuses": { row: "A1", link: "sts", title: "STS rejects the token" },
} as const satisfies Readonly<Record<string, Row>>;
