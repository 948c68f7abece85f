import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { answering } from "../worlds/answering.ts";

/** A comment on a pull request, as GitHub's REST API has it. */
export interface Comment {
  readonly id: number;
  readonly user: { readonly type: "Bot" | "User" };
  body: string;
}

/** The comments of a pull request of a repository, behind GitHub's REST API on loopback. */
export interface FakeGithub {
  readonly url: string;
  readonly comments: Comment[];
  /** Refuses every call from now on, or no longer. */
  refuse(isRefusing: boolean): void;
  stop(): Promise<void>;
}

/** The token that it accepts. */
export const GITHUB_TOKEN = "ghs_0123456789abcdefghij";

/** Source: docs.github.com, "REST API endpoints for issue comments". */
export async function startGithub(repository: string, pull: number): Promise<FakeGithub> {
  const comments: Comment[] = [];
  let isRefusing = false;
  const list = `/repos/${repository}/issues/${pull}/comments`;
  const one = new RegExp(`^/repos/${repository}/issues/comments/(\\d+)$`);
  const answer = (method: string, url: URL, sent: { readonly body?: string }): readonly [number, unknown] => {
    if (isRefusing) return [403, { message: "Resource not accessible by integration" }];
    if (url.pathname === list && method === "GET") return [200, paged(comments, url)];
    if (url.pathname === list && method === "POST") {
      comments.push({ id: 1000 + comments.length, user: { type: "Bot" }, body: sent.body ?? "" });
      return [201, comments.at(-1)];
    }
    const [, id] = one.exec(url.pathname) ?? [];
    const found = comments.find((comment) => String(comment.id) === id);
    if (found === undefined || method !== "PATCH") return [404, { message: "Not Found" }];
    found.body = sent.body ?? "";
    return [200, found];
  };
  const serve = async (request: IncomingMessage): Promise<readonly [number, unknown]> => {
    const { method = "", url = "", headers } = request;
    const text = await read(request);
    if (headers.authorization !== `Bearer ${GITHUB_TOKEN}`) return [401, { message: "Bad credentials" }];
    return answer(method, new URL(url, "http://github"), JSON.parse(text === "" ? "{}" : text));
  };
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [status, body] = await serve(request);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
  const server = createServer(answering(respond));
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    comments,
    refuse: (refusing) => void (isRefusing = refusing),
    stop: () => closed(server),
  };
}

function paged(comments: readonly Comment[], { searchParams }: URL): readonly Comment[] {
  const size = Number(searchParams.get("per_page") ?? "30");
  const page = Number(searchParams.get("page") ?? "1");
  return comments.slice((page - 1) * size, page * size);
}

async function read(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part as Uint8Array));
  return Buffer.concat(parts).toString("utf8");
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => void server.close(() => resolve()));
}
