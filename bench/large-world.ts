import {
  createServer,
  type IncomingMessage,
  type Server as HttpServer,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { text } from "node:stream/consumers";
import { createCertificateAuthority, issueServerCertificate } from "irsa-sandbox/parts";
import { largeApi, type LargeApi } from "./large-api.ts";
import { issuedToken, largeAws, type Answer } from "./large-aws.ts";
import { isAssociated, type LargeWorldSize } from "./large-names.ts";
import { largeCluster } from "./large-cluster.ts";

/** A generated AWS account with one cluster, served from this process; it answers what an audit asks, and trusts anyone. */
export interface LargeWorld {
  readonly env: Readonly<Record<string, string>>;
  /** How often each call was made since the last time. */
  readonly takeCalls: () => ReadonlyMap<string, number>;
  /** The cluster, to change it. */
  readonly api: LargeApi;
  /** Roles, by number, whose trust policies name nobody. */
  readonly closedRoles: Set<number>;
  readonly stop: () => Promise<void>;
}

/** Starts one on loopback; its cluster is another one if that is given. */
export async function startLargeWorld(
  size: LargeWorldSize,
  other?: { readonly endpoint: string; readonly caPem: string },
): Promise<LargeWorld> {
  const calls = new Map<string, number>();
  const count = (name: string): void => void calls.set(name, (calls.get(name) ?? 0) + 1);
  const authority = await createCertificateAuthority("bench");
  const { certificatePem: cert, keyPem: key } = await issueServerCertificate(authority, ["127.0.0.1"]);
  const api = largeApi(largeCluster(size, authority.certificatePem), {
    issueToken: issuedToken,
    isAssociated: (name) => isAssociated(Number(name.split("-").at(-1)), size),
  });
  const kubernetes = createTlsServer({ cert, key }, (request, response) => {
    count(`kubernetes:${request.method} ${callOf(request.url ?? "")}`);
    void api.respond(request, response);
  });
  const own = { endpoint: `https://127.0.0.1:${await listen(kubernetes)}`, caPem: authority.certificatePem };
  const closedRoles = new Set<number>();
  const answerAws = largeAws(size, closedRoles, other ?? own);
  const aws = createServer(
    (request, response) => void respond(request, response, (path, body) => answerAws(path, body, count)),
  );
  const port = await listen(aws);
  return {
    env: environmentOf(port),
    api,
    closedRoles,
    takeCalls() {
      const taken = new Map(calls);
      calls.clear();
      return taken;
    },
    stop: () => close([kubernetes, aws]),
  };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  answerTo: (path: string, body: string) => Answer,
): Promise<void> {
  const { status, type, body } = answerTo(request.url ?? "", await text(request));
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) }).end(body);
}

/** Without the names of single objects. */
function callOf(url: string): string {
  const { pathname, searchParams } = new URL(url, "https://127.0.0.1");
  const watch = searchParams.has("watch") ? "?watch" : "";
  return `${pathname.replace(/(?<=\/namespaces\/)[^/]+|(?<=\/serviceaccounts\/)[^/]+/g, "*")}${watch}`;
}

/** Lets a server listen on loopback, and gives the port. */
export function listen(server: Server): Promise<number> {
  return new Promise((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)),
  );
}

/** The environment of an irsa that has this port for AWS, and of this process's environment only PATH. */
export function environmentOf(port: number): Readonly<Record<string, string>> {
  return {
    PATH: process.env["PATH"] ?? "",
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
    AWS_SECRET_ACCESS_KEY: "none",
    AWS_EC2_METADATA_DISABLED: "true",
  };
}

/** Closes servers with their connections. */
export async function close(
  servers: readonly Pick<HttpServer, "close" | "closeAllConnections">[],
): Promise<void> {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
