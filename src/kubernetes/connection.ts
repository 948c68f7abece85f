import { request, type Agent, type RequestOptions } from "node:https";
import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import { checkServerIdentity } from "node:tls";
import type { KubeConfig } from "@kubernetes/client-node";
import { Failure, isFailure } from "../model/failure.ts";
import { LIMITS } from "../model/limits.ts";
import { keepSecret } from "../model/secrets.ts";
import { readBody } from "../network/bounded-body.ts";
import { unreachable } from "./errors.ts";
import { requireVerifiedTls } from "./kubeconfig.ts";

/** One call of the Kubernetes API. */
export interface ApiRequest {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Of the body; `application/json` unless given. */
  readonly contentType?: string;
}

/** The answer's status and its body, parsed where it is JSON. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
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

/** An API server, with who we are to it. */
export interface Connection {
  readonly server: string;
  send(call: ApiRequest): Promise<ApiAnswer>;
  /** Passes a request on with our credentials, and gives the answer as it comes, a watch's too. */
  pass(request: PassedRequest): Promise<IncomingMessage>;
  close(): void;
}

type WithHeaders = Omit<RequestOptions, "headers"> & { headers: OutgoingHttpHeaders };

const TIMEOUT_MS = 30_000;

/**
 * Calls the current cluster of a KubeConfig with its credentials, CA and proxy as the kube client reads them, over
 * kept-alive connections and in plain JSON (the kube client's typed API opens a connection a call). TLS is verified,
 * whatever NODE_TLS_REJECT_UNAUTHORIZED says.
 * @param endpointHost a name that the server's certificate must have besides the one that it is called by
 * @throws Failure `unverified-tls`
 */
export function connect(config: KubeConfig, endpointHost?: string): Connection {
  requireVerifiedTls(config);
  const server = config.getCurrentCluster()?.server ?? "";
  let shared: Agent | undefined;
  const withCredentials = async (): Promise<WithHeaders> => {
    const options: WithHeaders = { headers: {}, rejectUnauthorized: true };
    await applyCredentials(config, options);
    const { Authorization: authorization } = options.headers;
    if (typeof authorization === "string") keepSecret(authorization.replace(/^\w+ /, ""));
    shared ??= keptAlive(options.agent as Agent);
    return { ...options, agent: shared, ...(endpointHost !== undefined && alsoNamed(endpointHost)) };
  };
  return {
    server,
    send: async (call) => exchange(server, await withCredentials(), call),
    pass: async (passed) => pass(server, await withCredentials(), passed),
    close: () => shared?.destroy(),
  };
}

/**
 * What a plugin says may have secrets in it, and the kube client has it in its errors: it is not told.
 * @throws Failure `kubeconfig` when its credentials, or the command that is to give some, can't be used
 */
async function applyCredentials(config: KubeConfig, options: WithHeaders): Promise<void> {
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    if (isFailure(error)) throw error;
    const user = config.getCurrentUser();
    const { command } = (user?.exec ?? {}) as { command?: unknown };
    throw new Failure("failed", "kubeconfig", "the credentials of the kubeconfig can't be used", {
      facts: [
        ["user", user?.name ?? ""],
        ...(typeof command === "string" ? [["its command", command] as const] : []),
      ],
      advice: "kubectl with the same context says why",
    });
  }
}

function alsoNamed(host: string): Pick<RequestOptions, "checkServerIdentity"> {
  return {
    checkServerIdentity: (called, certificate) =>
      checkServerIdentity(called, certificate) ?? checkServerIdentity(host, certificate),
  };
}

async function pass(server: string, options: WithHeaders, passed: PassedRequest): Promise<IncomingMessage> {
  const { method, path, body } = passed;
  const headers = { ...passed.headers, ...options.headers };
  return new Promise((resolve, reject) => {
    const outgoing = request(urlAt(server, path), { ...options, method, headers }, resolve);
    outgoing.on("error", (error) => reject(unreachable(server, error)));
    body.pipe(outgoing);
  });
}

function urlAt(server: string, path: string): URL {
  return new URL(path.replace(/^\//, ""), server.endsWith("/") ? server : `${server}/`);
}

/** The kube client offers no way to ask for keep-alive; Node's agent takes it until its first connection. */
function keptAlive(agent: Agent): Agent {
  return Object.assign(agent, { keepAlive: true });
}

async function exchange(server: string, options: WithHeaders, call: ApiRequest): Promise<ApiAnswer> {
  const url = urlAt(server, call.path);
  for (const [key, value] of Object.entries(call.query ?? {})) url.searchParams.set(key, value);
  const body = call.body === undefined ? undefined : JSON.stringify(call.body);
  const headers = {
    ...options.headers,
    // The issuer's keys have a type of their own.
    accept: "application/json, */*",
    ...(body !== undefined && {
      "content-type": call.contentType ?? "application/json",
      "content-length": Buffer.byteLength(body),
    }),
  };
  try {
    const answer = await sendOnce(url, { ...options, headers, method: call.method }, body);
    const bytes = await readBody(answer, { maxBytes: LIMITS.kubernetesAnswerBytes });
    return { status: answer.statusCode ?? 0, body: parse(bytes.toString("utf8")) };
  } catch (error) {
    throw unreachable(server, error);
  }
}

function sendOnce(url: URL, options: RequestOptions, body: string | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, options, resolve);
    outgoing.on("error", reject);
    outgoing.setTimeout(TIMEOUT_MS, () =>
      outgoing.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)),
    );
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
