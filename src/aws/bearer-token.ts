import type { STSClient } from "@aws-sdk/client-sts";
import { HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";
import { keepPassing } from "../model/secrets.ts";
import { asFailure } from "./call.ts";
import { stsEndpoint } from "./endpoints.ts";

/** EKS's authenticator takes the URL for at most 15 minutes, whatever this says; aws-iam-authenticator writes 60. */
const EXPIRES_SECONDS = 60;

/**
 * EKS's bearer token: `k8s-aws-v1.` and the base64url of a presigned GetCallerIdentity URL whose signature covers the
 * cluster's name in the header `x-k8s-aws-id`. Source: aws-iam-authenticator, "API Authorization from Outside a Cluster".
 */
export async function bearerToken(client: STSClient, clusterName: string): Promise<string> {
  const endpoint = await stsEndpoint(client);
  const signer = new SignatureV4({
    service: "sts",
    region: client.config.region,
    credentials: client.config.credentials,
    sha256: client.config.sha256,
  });
  const request = new HttpRequest({
    method: "GET",
    protocol: endpoint.protocol,
    hostname: endpoint.hostname,
    ...(endpoint.port !== "" && { port: Number(endpoint.port) }),
    path: endpoint.pathname,
    query: { Action: "GetCallerIdentity", Version: "2011-06-15" },
    headers: { host: endpoint.host, "x-k8s-aws-id": clusterName },
  });
  try {
    const signed = await signer.presign(request, { expiresIn: EXPIRES_SECONDS });
    const url = urlOf(signed);
    keepPassing(url.slice(url.indexOf("?")));
    return `k8s-aws-v1.${Buffer.from(url).toString("base64url")}`;
  } catch (error) {
    throw asFailure("sts:GetCallerIdentity", error);
  }
}

function urlOf(request: Awaited<ReturnType<SignatureV4["presign"]>>): string {
  const pairs = Object.entries(request.query ?? {}).map(
    ([key, value]) => `${encode(key)}=${encode(String(value))}`,
  );
  const port = request.port === undefined ? "" : `:${request.port}`;
  return `${request.protocol}//${request.hostname}${port}${request.path}?${pairs.join("&")}`;
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
