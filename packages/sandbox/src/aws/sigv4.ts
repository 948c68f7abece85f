import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { WireRequest } from "./exchange.ts";
import type { AccessKey } from "./principals.ts";

/**
 * A signature as a request carries it, in the Authorization header or (presigned) in the query.
 * Source: IAM User Guide, "Create a signed AWS API request" (AWS Signature Version 4).
 */
export interface Signature {
  readonly accessKeyId: string;
  /** `<day>/<region>/<service>/aws4_request` */
  readonly scope: string;
  /** `YYYYMMDDTHHMMSSZ` */
  readonly date: string;
  /** Lower-case names of the headers that are signed. */
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly sessionToken: string | undefined;
  readonly presigned: boolean;
}

const ALGORITHM = "AWS4-HMAC-SHA256";
const HEADER =
  /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

/** Reads a request's signature; `undefined` when it has none that is complete. */
export function signatureIn(request: WireRequest): Signature | undefined {
  return headerSignature(request) ?? querySignature(request);
}

function headerSignature({ headers }: WireRequest): Signature | undefined {
  const [, accessKeyId, scope, names, signature] = HEADER.exec(headers["authorization"] ?? "") ?? [];
  const date = headers["x-amz-date"];
  if (accessKeyId === undefined || scope === undefined || names === undefined) return undefined;
  if (signature === undefined || date === undefined) return undefined;
  const sessionToken = headers["x-amz-security-token"];
  return {
    accessKeyId,
    scope,
    date,
    signedHeaders: names.split(";"),
    signature,
    sessionToken,
    presigned: false,
  };
}

function querySignature({ target }: WireRequest): Signature | undefined {
  const query = new URL(target, "http://aws.invalid").searchParams;
  const [credential, date] = [query.get("X-Amz-Credential"), query.get("X-Amz-Date")];
  const [names, signature] = [query.get("X-Amz-SignedHeaders"), query.get("X-Amz-Signature")];
  if (query.get("X-Amz-Algorithm") !== ALGORITHM || !credential || !date || !names || !signature)
    return undefined;
  const slash = credential.indexOf("/");
  return {
    accessKeyId: credential.slice(0, slash),
    scope: credential.slice(slash + 1),
    date,
    signedHeaders: names.split(";"),
    signature,
    sessionToken: query.get("X-Amz-Security-Token") ?? undefined,
    presigned: true,
  };
}

/** True when the signature was made over this very request with this secret. */
export function isSignedWith(secret: string, request: WireRequest, signature: Signature): boolean {
  const [right, given] = [signatureOf(secret, request, signature), Buffer.from(signature.signature, "hex")];
  return right.length === given.length && timingSafeEqual(right, given);
}

/** What a request is signed for. */
export interface SigningScope {
  readonly region: string;
  readonly service: string;
  readonly now: Date;
}

/** The request with a signature of the key in its headers. */
export function signedRequest(
  request: WireRequest,
  { accessKeyId, secretAccessKey, sessionToken }: AccessKey,
  { region, service, now }: SigningScope,
): WireRequest {
  const date = now.toISOString().replace(/[-:]|\.\d+/g, "");
  const scope = `${date.slice(0, 8)}/${region}/${service}/aws4_request`;
  const headers = {
    ...request.headers,
    "x-amz-date": date,
    ...(sessionToken !== undefined && { "x-amz-security-token": sessionToken }),
  };
  const signedHeaders = Object.keys(headers).toSorted(byCodePoint);
  const parts = { scope, date, signedHeaders, presigned: false };
  const signature = signatureOf(secretAccessKey, { ...request, headers }, parts).toString("hex");
  const names = signedHeaders.join(";");
  const authorization = `${ALGORITHM} Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  return { ...request, headers: { ...headers, authorization } };
}

type Signed = Pick<Signature, "scope" | "date" | "signedHeaders" | "presigned">;

function signatureOf(secret: string, request: WireRequest, signed: Signed): Buffer {
  const { date, scope } = signed;
  const toSign = [ALGORITHM, date, scope, sha256(canonicalRequest(request, signed))].join("\n");
  const key = scope.split("/").reduce<Uint8Array | string>((key, part) => hmac(key, part), `AWS4${secret}`);
  return hmac(key, toSign);
}

/** The time of a signature in milliseconds since the epoch; NaN if it is not a valid time. */
export function signingTime(signature: Signature): number {
  return Date.parse(
    signature.date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"),
  );
}

function canonicalRequest(request: WireRequest, { signedHeaders, presigned }: Signed): string {
  const [path = "/", query = ""] = request.target.split("?", 2);
  const headers = signedHeaders.map(
    (name) => `${name}:${(request.headers[name] ?? "").trim().replace(/ +/g, " ")}\n`,
  );
  // The path is encoded once on the wire and a second time here, as for all services but S3.
  const canonicalPath = path.split("/").map(encode).join("/");
  const bodyHash = presigned ? sha256("") : sha256(request.body);
  return [
    request.method,
    canonicalPath,
    canonicalQuery(query),
    headers.join(""),
    signedHeaders.join(";"),
    bodyHash,
  ].join("\n");
}

function canonicalQuery(query: string): string {
  return query
    .split("&")
    .filter((field) => field !== "" && !field.startsWith("X-Amz-Signature="))
    .map((field) => field.split("=", 2).map((part) => encode(decodeURIComponent(part.replaceAll("+", " ")))))
    .map(([name = "", value = ""]) => `${name}=${value}`)
    .toSorted(byCodePoint)
    .join("&");
}

function byCodePoint(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** RFC 3986 percent-encoding; encodeURIComponent leaves five characters too many. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function hmac(key: Uint8Array | string, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
