import { decodeJwt, type JWTPayload } from "jose";
import { randomUUID } from "node:crypto";
import type { ClusterRef } from "irsa-model/arn.ts";
import type { WireRequest, WireResponse } from "./exchange.ts";
import type { AccessKey } from "./principals.ts";
import { createSession } from "./provision.ts";
import { signedRequest } from "./sigv4.ts";
import type { StateStore } from "./state-store.ts";
import { at, type ClusterState } from "./state.ts";

/** Where the clusters' agents are, on the same port as the services. */
const AGENTS_PATH = "/_irsa/agents";

/** What the value of AWS_CONTAINER_CREDENTIALS_FULL_URI is for a process outside the cluster. */
export function agentUrl(awsUrl: string, { awsAccount, region, name }: ClusterRef): string {
  return `${awsUrl}${AGENTS_PATH}/${awsAccount}/${region}/${name}/v1/credentials`;
}

/** What the agents work with. */
export interface AgentOptions {
  readonly store: StateStore;
  /** True if an agent runs in a cluster, by ARN, and is ready; taken for granted by default. */
  readonly agentReady?: ((clusterArn: string) => Promise<boolean>) | undefined;
  /** Makes a call of AWS. */
  readonly call: (request: WireRequest) => Promise<WireResponse>;
}

/**
 * Answers as the EKS Pod Identity Agent on a node does, with the same texts: it takes a pod's token to EKS Auth, and gives
 * what that answers in the form that SDKs read from containers. It keeps no credentials, so that a change is seen
 * immediately, and answers 503 where no agent would listen. `undefined` for other requests.
 * Source: aws/eks-pod-identity-agent, pkg/handlers, pkg/errors and internal/validation; AWS SDKs and Tools Reference Guide,
 * "Container credential provider".
 */
export async function answeredByAgent(
  { target, headers }: WireRequest,
  { store, agentReady, call }: AgentOptions,
): Promise<WireResponse | undefined> {
  if (!target.startsWith(`${AGENTS_PATH}/`)) return undefined;
  const [awsAccount = "", region = "", name = "", ...rest] = target.slice(AGENTS_PATH.length + 1).split("/");
  const cluster = at(store.current().awsAccounts[awsAccount]?.clusters ?? {}, `${region}/${name}`);
  if (cluster === undefined || rest.join("/") !== "v1/credentials") return failure(404, "404 page not found");
  if (agentReady !== undefined && !(await agentReady(cluster.arn)))
    return failure(503, `no ready pod of eks-pod-identity-agent in cluster ${name}`);
  const token = headers["authorization"] ?? "";
  const problem = problemOf(token);
  if (problem !== undefined) return failure(400, problem);
  return answerFrom(await call(authRequest(cluster, token, nodeKey(store, awsAccount, cluster))));
}

function problemOf(token: string): string | undefined {
  if (token === "") return "Service account token cannot be empty";
  const claims = claimsOf(token);
  if (claims === undefined) return "Service account token cannot be parsed: token is malformed";
  const now = Date.now() / 1000;
  const { exp = Infinity, nbf = 0 } = claims;
  const wrong = exp <= now ? "token is expired" : nbf > now ? "token is not valid yet" : undefined;
  return wrong && `Service account token failed basic claim validations: token has invalid claims: ${wrong}`;
}

function claimsOf(token: string): JWTPayload | undefined {
  try {
    return decodeJwt(token);
  } catch {
    return undefined;
  }
}

function authRequest({ name, region }: ClusterState, token: string, key: AccessKey): WireRequest {
  const request = {
    method: "POST",
    target: `/clusters/${name}/assume-role-for-pod-identity`,
    headers: { host: "127.0.0.1", "content-type": "application/json" },
    body: JSON.stringify({ token }),
  };
  return signedRequest(request, key, { region, service: "eks-auth", now: new Date() });
}

const NODE_SECONDS = 365 * 86_400;

/** The key of the session that the cluster's nodes have of their role. */
function nodeKey(store: StateStore, awsAccount: string, { name }: ClusterState): AccessKey {
  const [role, session] = [`${name}-node`, "i-0123456789abcdef0"];
  const now = Date.now();
  const known = Object.values(store.current().keys).find(
    ({ principal, expires = 0 }) =>
      principal.awsAccount === awsAccount &&
      principal.arn.endsWith(`:assumed-role/${role}/${session}`) &&
      expires > now + 60_000,
  );
  return known ?? createSession({ store, awsAccount }, role, session, NODE_SECONDS);
}

interface AuthAnswer {
  readonly message?: string;
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
    readonly expiration: number;
  };
  readonly assumedRoleUser?: { readonly arn: string };
}

function answerFrom({ status, headers, body }: WireResponse): WireResponse {
  const { credentials, assumedRoleUser, message = "" } = JSON.parse(body) as AuthAnswer;
  if (status !== 200 || credentials === undefined) {
    const code = headers["x-amzn-errortype"] ?? "UnknownError";
    const fault = status < 500 ? "client" : "server";
    return failure(status, `[${randomUUID()}]: (${code}): ${message}, fault: ${fault}`);
  }
  return {
    status: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      AccessKeyId: credentials.accessKeyId,
      SecretAccessKey: credentials.secretAccessKey,
      Token: credentials.sessionToken,
      AccountId: assumedRoleUser?.arn.split(":")[4],
      Expiration: new Date(credentials.expiration * 1000).toISOString().replace(".000Z", "Z"),
    }),
  };
}

function failure(status: number, text: string): WireResponse {
  const headers = { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" };
  return { status, headers, body: `${text}\n` };
}
