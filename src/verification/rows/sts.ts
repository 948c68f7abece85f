import type { Row } from "./row.ts";

/** What STS says although everything before it looks right. */
export const STS_ROWS = {
  "exchange-denied": {
    row: "B12",
    link: "sts",
    title: "everything is configured correctly, but STS denies the request: an organization policy",
    cause:
      "A resource control policy (RCP) of the AWS organization denies `sts:AssumeRoleWithWebIdentity`. It is not visible from the account.",
    evidence: "STS answers AccessDenied although the trust policy allows the request.",
    fix: "Ask an administrator of the AWS organization to check for RCPs on `sts:AssumeRoleWithWebIdentity`.",
  },
  "sts-region-inactive": {
    row: "A9",
    link: "sts",
    title: "STS is not active in the region",
    cause: "The regional STS endpoint was deactivated for the AWS account, or the region is not enabled.",
    evidence:
      "STS answers RegionDisabledException, or No OpenIDConnect provider found although IAM has the provider and it is not new.",
    fix: "Activate it in the IAM console, under Account settings.",
  },
  "issuer-keys": {
    row: "G1",
    link: "sts",
    title: "STS can't fetch the issuer's keys or doesn't find the signing key",
    cause:
      "STS can't reach the issuer's discovery document or its keys, its copy is older than the signing key, or the issuer rejects the token as expired.",
    evidence: "STS answers InvalidIdentityToken: Couldn't retrieve verification key, or IDPRejectedClaim.",
    fix: "Try again in some minutes. If it persists, check that the issuer's /.well-known/openid-configuration and its keys can be fetched from the internet, and compare the clocks of the cluster and of AWS.",
  },
  "session-too-long": {
    row: "B14",
    link: "sts",
    title: "the requested session duration exceeds the role's maximum",
    cause: "The request asks for a longer session than the role's MaxSessionDuration.",
    evidence: "STS answers ValidationError with DurationSeconds in its message.",
    fix: "Request a shorter session, or increase the maximum: `irsa update-sa --max-session-duration 12h`.",
  },
  "sts-refuses": {
    row: "A1",
    link: "sts",
    title: "STS rejects the token",
    cause:
      "The provider, the audience, the issuer or the key does not match, or a new provider has not propagated yet. An STS region that is not active (A9) gives the same answer. Outside the partition aws, the STS of another partition may have been called.",
    evidence: "The error code and message of STS: InvalidIdentityToken or ValidationError.",
    fix: "A new provider takes some seconds to propagate: verify again. If IAM has the provider, check in the IAM console, under Account settings, that STS is active in the region. Otherwise compare the provider's URL and client IDs with the token's issuer and audience.",
  },
} as const satisfies Readonly<Record<string, Row>>;
