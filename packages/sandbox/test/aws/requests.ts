import { STSClient } from "@aws-sdk/client-sts";
import { HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";
import type { AwsRequest, Parameters, WireRequest } from "../../src/aws/exchange.ts";
import type { AccessKey } from "../../src/aws/principals.ts";

const AWS_ACCOUNT = "111122223333";

/** A user's key that every test may know. */
export const KEY: AccessKey = {
  accessKeyId: "AKIATESTTESTTESTTEST",
  secretAccessKey: "secret",
  principal: { arn: `arn:aws:iam::${AWS_ACCOUNT}:user/ci`, awsAccount: AWS_ACCOUNT, userId: "AIDATEST" },
};

/** The SDK's own signer, to hold our verifier against. */
export function signerOf(key: AccessKey, service: string, region = "eu-west-1"): SignatureV4 {
  const { accessKeyId, secretAccessKey, sessionToken } = key;
  const client = new STSClient({ region });
  return new SignatureV4({
    service,
    region,
    sha256: client.config.sha256,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
  });
}

/** A request as it comes in on the wire. */
export function wire(
  method: string,
  target: string,
  body = "",
  headers: Record<string, string> = {},
): WireRequest {
  return { method, target, headers, body };
}

/** A recognized IAM request, for what looks no further than that. */
export function iamRequest(action: string, parameters: Parameters = {}): AwsRequest {
  return {
    service: "iam",
    action,
    region: "us-east-1",
    accessKeyId: KEY.accessKeyId,
    parameters,
    requestId: "00000000-0000-0000-0000-000000000000",
    wire: wire("POST", "/"),
  };
}

/** What goes into a presigned GetCallerIdentity URL. */
export interface PresignOptions {
  readonly key?: AccessKey;
  readonly host?: string;
  readonly cluster?: string;
  readonly expiresIn?: number;
  readonly signingDate?: Date;
  readonly query?: Readonly<Record<string, string>>;
}

/** A presigned GetCallerIdentity URL as EKS's clients make it. */
export async function presignedUrl(options: PresignOptions = {}): Promise<string> {
  const {
    key = KEY,
    host = "127.0.0.1:4566",
    cluster = "work",
    expiresIn = 60,
    signingDate = new Date(),
  } = options;
  const [hostname = "", port = ""] = host.split(":");
  const request = new HttpRequest({
    method: "GET",
    protocol: "http:",
    hostname,
    port: Number(port),
    path: "/",
    query: { Action: "GetCallerIdentity", Version: "2011-06-15", ...options.query },
    headers: { host, "x-k8s-aws-id": cluster },
  });
  const signed = await signerOf(key, "sts").presign(request, { expiresIn, signingDate });
  const query = new URLSearchParams(signed.query as Record<string, string>);
  return `http://${host}/?${query.toString()}`;
}

/** The bearer token around a URL. */
export function tokenAround(url: string): string {
  return `k8s-aws-v1.${Buffer.from(url).toString("base64url")}`;
}
