import type { FindingCode } from "./rows.ts";

/** What an STS error means. Source: failure-modes.md, "Triage by STS's answer". */
export interface Meaning {
  readonly code: FindingCode;
  readonly message: string;
  readonly advice: string;
}

const NO_PROVIDER = /No OpenIDConnect provider found/i;

/** True if STS says that it finds no provider for the token's issuer. */
export function isNoProvider({ message }: { message: string }): boolean {
  return NO_PROVIDER.test(message);
}

interface Rule extends Meaning {
  /** STS's error code. */
  readonly says: string;
  readonly pattern?: RegExp;
}

const RULES: readonly Rule[] = [
  {
    says: "InvalidIdentityToken",
    pattern: NO_PROVIDER,
    code: "sts-refuses",
    message: "STS found no OIDC provider for the token's issuer",
    advice:
      "A new provider takes some seconds to propagate. Outside the partition aws, check that STS in the right partition is called",
  },
  {
    says: "InvalidIdentityToken",
    pattern: /verification key|signature/i,
    code: "issuer-keys",
    message: "STS does not have the key that signed the token",
    advice:
      "Try again in some minutes. If it persists, STS can't fetch the issuer's discovery document or keys",
  },
  {
    says: "InvalidIdentityToken",
    code: "sts-refuses",
    message: "STS rejects the token: provider, audience, issuer or key",
    advice: "A provider that was deleted and created again takes some seconds to propagate",
  },
  {
    says: "IDPRejectedClaim",
    code: "issuer-keys",
    message: "the issuer rejects the token as expired or revoked",
    advice: "Compare the clocks of the cluster and of AWS",
  },
  {
    says: "AccessDenied",
    code: "exchange-denied",
    message:
      "STS denies what the trust policy allows; a resource control policy (RCP) of the organization may deny it",
    advice: "Ask an administrator of the AWS organization to check for RCPs on sts:AssumeRoleWithWebIdentity",
  },
  {
    says: "RegionDisabled",
    code: "sts-region-inactive",
    message: "STS is not active in the region",
    advice: "Activate it in the IAM console, under Account settings",
  },
  {
    says: "ValidationError",
    pattern: /DurationSeconds/,
    code: "session-too-long",
    message: "the requested session duration exceeds the role's maximum",
    advice: "Increase the role's maximum session duration: irsa create-sa --max-session-duration",
  },
  {
    says: "ValidationError",
    code: "sts-refuses",
    message: "STS rejects the request as invalid",
    advice: "Check the role ARN in the annotation",
  },
];

/** Errors that say nothing about the chain: the network between STS and the issuer, or throttling. */
const TRANSIENT = new Set(["IDPCommunicationError", "Throttling", "ThrottlingException", "TooManyRequests"]);

/** What STS's error means; `transient` if it says nothing about the chain. */
export function triage({ code, message }: { code: string; message: string }): Meaning | "transient" {
  if (TRANSIENT.has(code)) return "transient";
  return (
    RULES.find(({ says, pattern }) => says === code && (pattern === undefined || pattern.test(message))) ?? {
      code: "sts-refuses",
      message: "STS rejects the token",
      advice: "See the error message from AWS",
    }
  );
}
