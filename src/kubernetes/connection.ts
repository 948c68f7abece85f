import { Agent, request, type RequestOptions } from "node:https";
import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import { checkServerIdentity } from "node:tls";
import { isFailure } from "../model/failure.ts";
import { LIMITS } from "../model/limits.ts";
import { keepPassing } from "../model/secrets.ts";
import { readBody } from "../network/bounded-body.ts";
import { sharingContext } from "../network/shared-context.ts";
import { TunnelAgent } from "../network/tunnel-agent.ts";
import {
  requireVerifiedTls,
  type ApiAccess,
  type ApiServer,
  type Credentials,
  type Identity,
} from "./api-access.ts";
import type { ApiAnswer } from "./answer.ts";
import { unreachable } from "./errors.ts";
import { untilAdmitted } from "./overload.ts";
import { ACCEPT_PROTOBUF, isProtobuf } from "./wire-protobuf.ts";

/** One call of the Kubernetes API. */
export interface ApiRequest {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Of the body; `application/json` unless given. */
  readonly contentType?: string;
  /** The media type of the answer; JSON unless given. */
  readonly accept?: string;
}

/** A request of someone else, to be passed on as it is. */
export interface PassedRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** Without credentials and without `host`. */
  readonly headers: OutgoingHttpHeaders;
  readonly body: Readable;
}

/** A call that is answered for as long as someone listens. */
export interface OpenRequest {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly silentMs: number;
}

/** An API server, with who we are to it. */
export interface Connection {
  readonly server: string;
  readonly identity: Identity;
  send(call: ApiRequest): Promise<ApiAnswer>;
  /** Passes a request on with our credentials, and gives the answer as it comes, a watch's too. */
  pass(request: PassedRequest): Promise<IncomingMessage>;
  /** Makes a call whose answer comes bit by bit and does not end by itself; it ends if nothing comes for so long. */
  open(call: OpenRequest): Promise<IncomingMessage>;
  close(): void;
}

type WithHeaders = Omit<RequestOptions, "headers"> & { headers: OutgoingHttpHeaders };

const TIMEOUT_MS = 30_000;

/**
 * Calls a cluster's API over kept-alive connections and in plain JSON. TLS is verified, whatever
 * NODE_TLS_REJECT_UNAUTHORIZED says.
 * @param endpointHost a name that the server's certificate must have besides the one that it is called by
 * @throws Failure `unverified-tls`
 */
export function connect(access: ApiAccess, endpointHost?: string): Connection {
  requireVerifiedTls(access);
  const { cluster, identity } = access;
  const trusts = trustsOf(cluster);
  const withCredentials = async (agents: Agents): Promise<WithHeaders> => {
    const credentials = await access.credentials();
    const { Authorization: authorization } = credentials.headers;
    if (typeof authorization === "string") keepPassing(authorization.replace(/^\w+ /, ""));
    return {
      headers: { ...credentials.headers },
      agent: agents.for(credentials),
      ...(endpointHost !== undefined && alsoNamed(endpointHost)),
    };
  };
  return {
    server: cluster.server,
    identity,
    send: (call) => trusts.trying(async (agents) => exchange(cluster, await withCredentials(agents), call)),
    // A body that is passed on can't be sent twice.
    pass: async (passed) => pass(cluster, await withCredentials(trusts.widest()), passed),
    open: (call) => trusts.trying(async (agents) => open(cluster, await withCredentials(agents), call)),
    close: () => trusts.close(),
  };
}

/** The agents that trust the server's own authorities, until its certificate is of none of them: then those that trust all. */
function trustsOf(cluster: ApiServer) {
  const own = agentsOf(cluster);
  let widest: Agents | undefined = cluster.alsoTrusted === undefined ? own : undefined;
  const widened = (): Agents =>
    (widest ??= agentsOf({
      ...cluster,
      caPem: [cluster.caPem, ...(cluster.alsoTrusted?.() ?? [])].join("\n"),
    }));
  return {
    widest: widened,
    /** Tries again where nothing was sent: Node sends a request only once the certificate is verified. */
    async trying<T>(send: (agents: Agents) => Promise<T>): Promise<T> {
      const agents = widest ?? own;
      try {
        return await send(agents);
      } catch (error) {
        if (!isFailure(error, "tls") || agents === widened()) throw error;
        return send(widened());
      }
    },
    close: () => [own, widest].forEach((agents) => agents?.close()),
  };
}

type Agents = ReturnType<typeof agentsOf>;

/** One agent, and another once the client certificate is another. */
function agentsOf(cluster: ApiServer) {
  let last: { readonly agent: Agent; readonly cert: string | undefined } | undefined;
  return {
    for({ cert, key }: Credentials): Agent {
      if (last === undefined || last.cert !== cert) {
        last?.agent.destroy();
        last = { agent: agentTo(cluster, { ...(cert !== undefined && { cert, key }) }), cert };
      }
      return last.agent;
    },
    close: () => last?.agent.destroy(),
  };
}

function agentTo({ caPem, tlsServerName, proxy }: ApiServer, pair: Pick<Credentials, "cert" | "key">): Agent {
  const options = {
    keepAlive: true,
    rejectUnauthorized: true,
    ...(tlsServerName !== undefined && { servername: tlsServerName }),
  };
  const agent = proxy === undefined ? new Agent(options) : new TunnelAgent(proxy.url, TIMEOUT_MS, options);
  return sharingContext(agent, { ...pair, ...(caPem !== undefined && { ca: caPem }) });
}

function alsoNamed(host: string): Pick<RequestOptions, "checkServerIdentity"> {
  return {
    checkServerIdentity: (called, certificate) =>
      checkServerIdentity(called, certificate) ?? checkServerIdentity(host, certificate),
  };
}

async function pass(
  cluster: ApiServer,
  options: WithHeaders,
  passed: PassedRequest,
): Promise<IncomingMessage> {
  const { method, path, body } = passed;
  const headers = { ...passed.headers, ...options.headers };
  return new Promise((resolve, reject) => {
    const outgoing = request(urlAt(cluster.server, path), { ...options, method, headers }, resolve);
    outgoing.on("error", (error) => reject(unreachable(cluster, error)));
    body.pipe(outgoing);
  });
}

async function open(
  cluster: ApiServer,
  options: WithHeaders,
  { path, query, signal, silentMs }: OpenRequest,
): Promise<IncomingMessage> {
  const url = urlAt(cluster.server, path);
  for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
  const headers = { ...options.headers, accept: "application/json" };
  try {
    const answer = await sendOnce(url, { ...options, headers, method: "GET", signal }, undefined);
    answer.setTimeout(silentMs, () => answer.destroy());
    return answer;
  } catch (error) {
    throw unreachable(cluster, error);
  }
}

function urlAt(server: string, path: string): URL {
  return new URL(path.replace(/^\//, ""), server.endsWith("/") ? server : `${server}/`);
}

async function exchange(cluster: ApiServer, options: WithHeaders, call: ApiRequest): Promise<ApiAnswer> {
  const url = urlAt(cluster.server, call.path);
  for (const [key, value] of Object.entries(call.query ?? {})) url.searchParams.set(key, value);
  const body = call.body === undefined ? undefined : JSON.stringify(call.body);
  const headers = {
    ...options.headers,
    // The issuer's keys have a type of their own.
    accept: call.accept ?? "application/json, */*",
    ...(body !== undefined && {
      "content-type": call.contentType ?? "application/json",
      "content-length": Buffer.byteLength(body),
    }),
  };
  try {
    const answer = await untilAdmitted(() =>
      sendOnce(url, { ...options, headers, method: call.method }, body),
    );
    const bytes = await readBody(answer, { maxBytes: LIMITS.kubernetesAnswerBytes });
    const isBinary = call.accept === ACCEPT_PROTOBUF && isProtobuf(answer.headers["content-type"]);
    return { status: answer.statusCode ?? 0, body: isBinary ? bytes : parse(bytes.toString("utf8")) };
  } catch (error) {
    throw unreachable(cluster, error);
  }
}

function sendOnce(url: URL, options: RequestOptions, body: string | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    // As an option it counts while the connection is made, too.
    const outgoing = request(url, { ...options, timeout: TIMEOUT_MS }, resolve);
    outgoing.on("error", reject);
    outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
    outgoing.end(body);
  });
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}
