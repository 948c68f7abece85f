import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { answeredByAgent, type AgentOptions } from "./agent.ts";
import { control, CONTROL_PREFIX, type ControlTarget } from "./control.ts";
import { AwsError, type AwsRequest, type Backend, type WireRequest, type WireResponse } from "./exchange.ts";
import { identify } from "./identify.ts";
import { notEmulated } from "./not-emulated.ts";
import { publishedByIssuers, type IssuerKeys } from "./issuers.ts";
import type { KeyRing } from "./principals.ts";
import type { Outcome } from "./recorder.ts";
import { ConnectionReset } from "./faults.ts";
import { errorAnswer } from "./wire-format.ts";
import { KEEP_ALIVE_MS } from "../keep-alive.ts";

/** The backend behind the gateway, and what is between. */
export interface GatewayOptions extends ControlTarget {
  readonly backend: Backend;
  readonly keys: KeyRing;
  /** An issuer's public keys, which are served in the issuers' place; `undefined` when they can't be had. */
  readonly jwks?: IssuerKeys;
  /** The clusters' agents of Pod Identity, if there are any. */
  readonly agents?: Omit<AgentOptions, "call">;
  /** Keys whose calls are neither recorded nor disturbed: for looking at the world from outside. */
  readonly observers?: ReadonlySet<string>;
  /** Names by which it may be called, besides 127.0.0.1 and localhost. */
  readonly hosts?: readonly string[];
  /** A fixed port; a free one by default. */
  readonly port?: number;
}

/** A listening gateway. */
export interface Gateway {
  /** `http://127.0.0.1:<port>`, to be used as AWS_ENDPOINT_URL. */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/**
 * Serves IAM, STS, EKS and CloudFormation on one loopback port: identify → record → faults → backend.
 * Under `/_irsa/` it serves the control endpoint, what the clusters' issuers publish, and the clusters' agents.
 * @throws Error when a fixed port is taken.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const server = createServer(
    { keepAliveTimeout: KEEP_ALIVE_MS },
    (request, response) => void serve(options, request, response),
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  options: GatewayOptions,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  try {
    const response = await respond(options, await readRequest(incoming));
    outgoing.writeHead(response.status, response.headers).end(response.body);
  } catch (error) {
    if (error instanceof ConnectionReset) incoming.socket.destroy();
    else outgoing.writeHead(500).end(String(error));
  }
}

async function respond(options: GatewayOptions, wire: WireRequest): Promise<WireResponse> {
  if (!isMeantForUs(wire, options)) return { status: 421, headers: {}, body: "Misdirected Request\n" };
  const issuers = await publishedByIssuers(wire, options.jwks);
  if (issuers !== undefined) return issuers;
  const call = async (made: WireRequest): Promise<WireResponse> => ofAws(options, made);
  const agent = options.agents && (await answeredByAgent(wire, { ...options.agents, call }));
  if (agent !== undefined) return agent;
  if (wire.target.startsWith(CONTROL_PREFIX)) return control(options, wire);
  return ofAws(options, wire);
}

async function ofAws(options: GatewayOptions, wire: WireRequest): Promise<WireResponse> {
  const request = identify(wire);
  if (request === undefined) return notEmulated(wire);
  const watched = !(options.observers?.has(request.accessKeyId ?? "") ?? false);
  return watched ? recorded(options, request) : answered(request, async () => options.backend(request));
}

const LOOPBACK = ["127.0.0.1", "localhost"];

/** Web pages are kept out: those that a browser got under a name of theirs that leads here, and those from elsewhere. */
function isMeantForUs({ headers }: WireRequest, { hosts = [] }: GatewayOptions): boolean {
  const host = (headers["host"] ?? "").replace(/:\d+$/, "").toLowerCase();
  return headers["origin"] === undefined && [...LOOPBACK, ...hosts].includes(host);
}

async function recorded(options: GatewayOptions, request: AwsRequest): Promise<WireResponse> {
  const { faults, recorder, keys, backend } = options;
  const end = recorder.begin(request);
  const caller = request.accessKeyId === undefined ? undefined : keys(request.accessKeyId)?.principal;
  try {
    const response = await answered(request, async () => faults.around(request, caller, backend));
    end(outcomeOf(response));
    return response;
  } catch (error) {
    end({ status: 0, errorCode: undefined });
    throw error;
  }
}

/** The answer, AwsErrors being answers too; anything unforeseen is InternalFailure, as AWS says it. */
async function answered(request: AwsRequest, run: () => Promise<WireResponse>): Promise<WireResponse> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof ConnectionReset) throw error;
    const known = error instanceof AwsError ? error : new AwsError(500, "InternalFailure", String(error));
    return errorAnswer(request, known);
  }
}

function outcomeOf(response: WireResponse): Outcome {
  if (response.status < 400) return { status: response.status, errorCode: undefined };
  const inHeader = response.headers["x-amzn-errortype"];
  const inBody = /<Code>([^<]+)<\/Code>/.exec(response.body)?.[1];
  return { status: response.status, errorCode: inHeader ?? inBody };
}

async function readRequest(incoming: IncomingMessage): Promise<WireRequest> {
  const headers = Object.entries(incoming.headersDistinct).map(([name, values]) => [
    name,
    (values ?? []).join(","),
  ]);
  return {
    method: incoming.method ?? "GET",
    target: incoming.url ?? "/",
    headers: Object.fromEntries(headers) as Readonly<Record<string, string>>,
    body: await text(incoming),
  };
}
