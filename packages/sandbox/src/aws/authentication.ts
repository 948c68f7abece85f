import { AwsError, qualified, speaksJson, type AwsRequest, type Backend } from "./exchange.ts";
import type { AccessKey, KeyRing } from "./principals.ts";
import { isSignedWith, signatureIn, signingTime } from "./sigv4.ts";

const UNSIGNED = new Set(["sts:AssumeRoleWithWebIdentity"]);
const CLOCK_SKEW = 15 * 60 * 1000;

/**
 * A backend that answers only requests signed with a key of the ring; the few unsigned operations pass.
 * Source: the services' "Common Errors"; EKS (JSON) has other codes than IAM and STS (query) for the same refusals.
 */
export function authenticated(keys: KeyRing, backend: Backend): Backend {
  return async (request) => {
    if (!UNSIGNED.has(qualified(request))) signer(request, keys, Date.now());
    return backend(request);
  };
}

/** The key that signed the request. @throws AwsError as AWS answers unknown keys, wrong and stale signatures. */
export function signer(request: AwsRequest, keys: KeyRing, now: number): AccessKey {
  const signature = signatureIn(request.wire);
  if (signature === undefined) throw refusal(request, MISSING);
  const key = keys(signature.accessKeyId);
  if (key === undefined || key.sessionToken !== signature.sessionToken) throw refusal(request, UNKNOWN);
  if (key.expires !== undefined && key.expires <= now) throw refusal(request, EXPIRED);
  const stale = !(Math.abs(now - signingTime(signature)) <= CLOCK_SKEW);
  if (stale || !isSignedWith(key.secretAccessKey, request.wire, signature)) throw refusal(request, MISMATCH);
  return key;
}

interface Refusal {
  readonly query: string;
  readonly json: string;
  readonly message: string;
}

const MISSING: Refusal = {
  query: "MissingAuthenticationToken",
  json: "MissingAuthenticationTokenException",
  message: "Request is missing Authentication Token",
};
const UNKNOWN: Refusal = {
  query: "InvalidClientTokenId",
  json: "UnrecognizedClientException",
  message: "The security token included in the request is invalid.",
};
const EXPIRED: Refusal = {
  query: "ExpiredToken",
  json: "ExpiredTokenException",
  message: "The security token included in the request is expired",
};
const MISMATCH: Refusal = {
  query: "SignatureDoesNotMatch",
  json: "InvalidSignatureException",
  message:
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key " +
    "and signing method. Consult the service documentation for details.",
};

function refusal(request: AwsRequest, { query, json, message }: Refusal): AwsError {
  return new AwsError(403, speaksJson(request.service) ? json : query, message);
}
