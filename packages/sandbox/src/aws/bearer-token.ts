import type { WireRequest } from "./exchange.ts";
import type { KeyRing, Principal } from "./principals.ts";
import { isSignedWith, signatureIn, signingTime, type Signature } from "./sigv4.ts";

/** What a bearer token is checked against. */
export interface BearerTokenContext {
  /** The cluster that the token must be for. */
  readonly cluster: string;
  /** `host[:port]` of every STS endpoint that is ours. */
  readonly hosts: ReadonlySet<string>;
  readonly keys: KeyRing;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Who the bearer is, or why it can't be determined. */
export type BearerTokenResult =
  | { readonly ok: true; readonly principal: Principal; readonly accessKeyId: string }
  | { readonly ok: false; readonly reason: string };

const PREFIX = "k8s-aws-v1.";
const LONGEST = 4096;
const LIFETIME = 15 * 60 * 1000;
const CLOCK_SKEW = 5 * 60 * 1000;
const PARAMETERS = new Set([
  "action",
  "version",
  "x-amz-algorithm",
  "x-amz-credential",
  "x-amz-date",
  "x-amz-expires",
  "x-amz-security-token",
  "x-amz-signature",
  "x-amz-signedheaders",
]);

/**
 * Verifies a bearer token of EKS's kind: `k8s-aws-v1.` and the base64url of a presigned GetCallerIdentity URL
 * whose signature covers the header `x-k8s-aws-id` with the cluster's name.
 * Source: kubernetes-sigs/aws-iam-authenticator, README, "How does it work?" and "API Authorization from Outside a Cluster".
 */
export function verifyBearerToken(token: string, context: BearerTokenContext): BearerTokenResult {
  const url = urlIn(token);
  if (url === undefined)
    return refuse(`a token begins with ${PREFIX}, holds a URL and has at most ${LONGEST} characters`);
  const wrong = wrongUrl(url, context.hosts);
  if (wrong !== undefined) return refuse(wrong);
  const request = requestOf(url, context.cluster);
  const signature = signatureIn(request);
  if (signature === undefined) return refuse("the URL is not presigned");
  const problem = wrongSignature(signature, url, context.now);
  if (problem !== undefined) return refuse(problem);
  return principalOf(request, signature, context);
}

function urlIn(token: string): URL | undefined {
  if (token.length > LONGEST) return undefined;
  const text = Buffer.from(token.slice(PREFIX.length), "base64url").toString("utf8");
  return token.startsWith(PREFIX) && URL.canParse(text) ? new URL(text) : undefined;
}

function wrongUrl(url: URL, hosts: ReadonlySet<string>): string | undefined {
  if (!hosts.has(url.host)) return `${url.host} is not an STS endpoint here`;
  if (url.pathname !== "/") return `unexpected path ${url.pathname}`;
  const names = [...url.searchParams.keys()].map((name) => name.toLowerCase());
  const strange = names.find((name, i) => !PARAMETERS.has(name) || names.indexOf(name) !== i);
  if (strange !== undefined) return `unexpected or repeated query parameter ${strange}`;
  return url.searchParams.get("Action") === "GetCallerIdentity"
    ? undefined
    : "the action is not GetCallerIdentity";
}

function wrongSignature(signature: Signature, url: URL, now: number): string | undefined {
  if (!signature.signedHeaders.includes("x-k8s-aws-id"))
    return "x-k8s-aws-id is not among the signed headers";
  const expires = Number(url.searchParams.get("X-Amz-Expires"));
  if (!Number.isInteger(expires) || expires < 0 || expires > 900)
    return "X-Amz-Expires is not between 0 and 900";
  const age = now - signingTime(signature);
  if (!(age < LIFETIME)) return "the token has expired";
  return age < -CLOCK_SKEW ? "the token is from the future" : undefined;
}

function principalOf(
  request: WireRequest,
  signature: Signature,
  context: BearerTokenContext,
): BearerTokenResult {
  const key = context.keys(signature.accessKeyId);
  if (key === undefined) return refuse(`unknown access key ${signature.accessKeyId}`);
  if (key.sessionToken !== signature.sessionToken)
    return refuse("the session token does not belong to the access key");
  if (key.expires !== undefined && key.expires <= context.now) return refuse("the access key has expired");
  if (!isSignedWith(key.secretAccessKey, request, signature)) {
    return refuse(`the signature is wrong, or made for another cluster than ${context.cluster}`);
  }
  return { ok: true, principal: key.principal, accessKeyId: key.accessKeyId };
}

/** The request that the URL was presigned for. */
function requestOf(url: URL, cluster: string): WireRequest {
  const headers = { host: url.host, "x-k8s-aws-id": cluster };
  return { method: "GET", target: `${url.pathname}${url.search}`, headers, body: "" };
}

function refuse(reason: string): BearerTokenResult {
  return { ok: false, reason };
}
