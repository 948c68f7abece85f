import type { Row } from "./row.ts";

/** Faults of what AWS has: cluster, provider, role, and what STS says. */
export const AWS_ROWS = {
  "cluster-status": { row: "A12", link: "cluster", title: "the cluster is being deleted, or has failed" },
  "no-issuer": { row: "A12", link: "issuer", title: "the cluster has no OIDC issuer" },
  "provider-missing": { row: "A1", link: "provider", title: "the issuer is no identity provider in IAM" },
  "provider-other-host": {
    row: "A3",
    link: "provider",
    title: "a provider with the issuer's id stands under another host",
  },
  "provider-other-spelling": {
    row: "A4",
    link: "provider",
    title: "a provider with a port, or a slash at its end, stands in for the issuer",
  },
  "audience-not-accepted": {
    row: "A5",
    link: "provider",
    title: "the provider does not accept the audience of the ServiceAccount's tokens",
  },
  "provider-elsewhere": {
    row: "A7",
    link: "provider",
    title: "the role's AWS account has no provider for the issuer",
  },
  "role-missing": { row: "B11", link: "role", title: "the role does not exist" },
  "role-path": {
    row: "B11",
    link: "role",
    title: "the annotation leaves out the role's path, or spells its name otherwise",
  },
  "subject-mismatch": {
    row: "B1",
    link: "trust-policy",
    title: "the trust policy names another ServiceAccount",
  },
  "wildcard-under-equals": { row: "B2", link: "trust-policy", title: "a wildcard under StringEquals" },
  "federated-mismatch": {
    row: "B3",
    link: "trust-policy",
    title: "the trusted provider is spelled otherwise",
  },
  "condition-key-mangled": {
    row: "B4",
    link: "trust-policy",
    title: "a condition key that no token of the cluster has",
  },
  "scheme-in-name": {
    row: "B5",
    link: "trust-policy",
    title: "`https://` in a condition key or a provider's ARN",
  },
  "federated-partition": {
    row: "B6",
    link: "trust-policy",
    title: "the trusted provider is of another partition",
  },
  "no-web-identity": {
    row: "B7",
    link: "trust-policy",
    title: "no statement allows sts:AssumeRoleWithWebIdentity",
  },
  "audience-mismatch": {
    row: "B8",
    link: "trust-policy",
    title: "the trust policy asks for another audience",
  },
  "audience-unpinned": { row: "B8", link: "trust-policy", title: "the trust policy takes any audience" },
  "subject-unpinned": {
    row: "B9",
    link: "trust-policy",
    title: "the trust policy takes any account of the cluster",
  },
  "other-issuer": {
    row: "A2",
    link: "trust-policy",
    title: "the trust policy names the issuer of another cluster",
  },
  "denied-by-statement": {
    row: "B12",
    link: "trust-policy",
    title: "a Deny statement keeps the ServiceAccount out",
  },
  "condition-unmet": {
    row: "B12",
    link: "trust-policy",
    title: "a further condition that tokens never meet",
  },
  "nothing-allowed": {
    row: "B13",
    link: "permissions",
    title: "the role has no policy: its pods may do nothing",
  },
  "attachment-gone": {
    row: "B13",
    link: "permissions",
    title: "a policy that irsa attached is no longer there",
  },
  "exchange-denied": {
    row: "B12",
    link: "sts",
    title: "everything is right, and STS denies it: an organization's policy",
  },
  "sts-region-inactive": { row: "A9", link: "sts", title: "STS is not active in the region" },
  "issuer-keys": { row: "G1", link: "sts", title: "STS can't fetch, or does not find, the issuer's keys" },
  "session-too-long": { row: "B14", link: "sts", title: "a session longer than the role allows" },
  "sts-refuses": { row: "A1", link: "sts", title: "STS refuses the token for a reason of its own" },
} as const satisfies Readonly<Record<string, Row>>;
