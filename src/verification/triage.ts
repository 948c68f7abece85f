import type { FindingCode } from "./rows.ts";

/** What an answer of STS means. Source: failure-modes.md, "Triage by STS's answer". */
export interface Meaning {
  readonly code: FindingCode;
  readonly message: string;
  readonly advice: string;
}

interface Rule extends Meaning {
  /** STS's error code. */
  readonly says: string;
  readonly pattern?: RegExp;
}

const RULES: readonly Rule[] = [
  {
    says: "InvalidIdentityToken",
    pattern: /No OpenIDConnect provider found/i,
    code: "sts-refuses",
    message: "STS finds no provider for the issuer that the token names",
    advice:
      "A provider made just now takes some seconds; in China it is another partition's STS that was asked",
  },
  {
    says: "InvalidIdentityToken",
    pattern: /verification key|signature/i,
    code: "issuer-keys",
    message: "STS has not the key that the token is signed with",
    advice:
      "Try again in some minutes; if it stays, the issuer's discovery document or keys can't be fetched by STS",
  },
  {
    says: "InvalidIdentityToken",
    code: "sts-refuses",
    message: "STS refuses the token itself: provider, audience, issuer or key",
    advice: "A provider that was deleted and made again takes some seconds",
  },
  {
    says: "IDPRejectedClaim",
    code: "issuer-keys",
    message: "the issuer says that the token is expired or revoked",
    advice: "Compare the clocks of the cluster and of AWS",
  },
  {
    says: "AccessDenied",
    code: "exchange-denied",
    message: "STS denies what the trust policy allows: suspect a resource control policy of the organization",
    advice:
      "Whoever administers the organization can look for resource control policies on sts:AssumeRoleWithWebIdentity",
  },
  {
    says: "RegionDisabled",
    code: "sts-region-inactive",
    message: "STS is not active in the region",
    advice: "Activate it under Account settings of IAM, in the console",
  },
  {
    says: "ValidationError",
    pattern: /DurationSeconds/,
    code: "session-too-long",
    message: "the session asked for is longer than the role allows",
    advice: "Raise the role's longest session: irsa create-sa --max-session-duration",
  },
  {
    says: "ValidationError",
    code: "sts-refuses",
    message: "STS finds the request itself wrong",
    advice: "Look at the role's ARN in the annotation",
  },
];

/** Answers that tell nothing of the chain: the network between STS and the issuer, or too many calls. */
const TRANSIENT = new Set(["IDPCommunicationError", "Throttling", "ThrottlingException", "TooManyRequests"]);

/** What STS's refusal means; `transient` if it says nothing of the chain. */
export function triage({ code, message }: { code: string; message: string }): Meaning | "transient" {
  if (TRANSIENT.has(code)) return "transient";
  return (
    RULES.find(({ says, pattern }) => says === code && (pattern === undefined || pattern.test(message))) ?? {
      code: "sts-refuses",
      message: "STS refuses the token",
      advice: "AWS's answer is all that is known of it",
    }
  );
}
