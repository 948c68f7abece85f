import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { podSpec, ROLE_KEY, WEBHOOKS_PATH, type LargeObject } from "./large-cluster.ts";
import { podListProtobuf } from "./pod-protobuf.ts";

/** The Kubernetes API of a generated cluster: lists and watches, tokens and dry runs. */
export interface LargeApi {
  readonly respond: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Writes an object, or deletes it, and tells the watches. */
  readonly write: (path: string, object: LargeObject, type: ChangeType) => void;
  readonly object: (path: string, key: string) => LargeObject | undefined;
  /** The pod that has taken the place of the pod of that number. */
  readonly podAt: (at: number) => LargeObject | undefined;
  /** Ends every watch, and forgets what has changed: a version that was known before is too old (410 Gone). */
  readonly restart: () => void;
  /** How many watches are open. */
  readonly watches: () => number;
}

type ChangeType = "ADDED" | "MODIFIED" | "DELETED";

interface Change {
  readonly version: number;
  readonly path: string;
  readonly line: string;
}

const PROTOBUF = "application/vnd.kubernetes.protobuf";
/** So many changes a watch can be continued from. */
const REMEMBERED = 20_000;
const BOOKMARK_MS = 60_000;

/** What of ServiceAccounts is not among the objects. */
interface Identities {
  readonly issueToken: (namespace: string, name: string) => string;
  readonly isAssociated: (name: string) => boolean;
}

/** Serves these objects, by the path of their list. */
export function largeApi(
  cluster: ReadonlyMap<string, readonly LargeObject[]>,
  identities: Identities,
): LargeApi {
  const stores = new Map(
    [...cluster].map(([path, objects]) => [path, new Map(objects.map((one) => [keyOf(one), one]))]),
  );
  const open = new Set<{ readonly path: string; readonly response: ServerResponse }>();
  const places = [...(stores.get("/api/v1/pods")?.keys() ?? [])];
  let version = 1;
  let oldest = 1;
  let log: Change[] = [];

  const list = (store: ReadonlyMap<string, LargeObject>, query: URLSearchParams, asProtobuf: boolean) => {
    const from = Number(query.get("continue") ?? 0);
    const to = Math.min(from + Number(query.get("limit") ?? store.size), store.size);
    const items = [...store.values()].slice(from, to);
    const more = to < store.size ? { continue: `${to}` } : {};
    const metadata = { resourceVersion: `${version}`, ...more };
    return asProtobuf ? podListProtobuf(items, metadata) : JSON.stringify({ kind: "List", metadata, items });
  };
  const watch = (path: string, query: URLSearchParams, response: ServerResponse): void => {
    const from = Number(query.get("resourceVersion"));
    response.writeHead(200, { "content-type": "application/json" });
    if (from < oldest)
      return void response.end(
        `${JSON.stringify({ type: "ERROR", object: { code: 410, message: "too old" } })}\n`,
      );
    response.flushHeaders();
    for (const change of log) if (change.version > from && change.path === path) response.write(change.line);
    const one = { path, response };
    open.add(one);
    const timer = setInterval(
      () => response.write(lineOf("BOOKMARK", { metadata: { name: "", resourceVersion: `${version}` } })),
      BOOKMARK_MS,
    );
    const end = (): void => {
      clearInterval(timer);
      clearTimeout(timeout);
      open.delete(one);
      response.end();
    };
    const timeout = setTimeout(end, Number(query.get("timeoutSeconds") ?? 300) * 1000);
    response.once("close", end);
  };

  return {
    async respond(request, response) {
      const url = new URL(request.url ?? "", "https://127.0.0.1");
      const store = stores.get(url.pathname);
      if (store === undefined) return answer(response, ...(await answerTo(request, url, stores, identities)));
      if (url.searchParams.get("watch") === "true") return watch(url.pathname, url.searchParams, response);
      // As kube-apiserver has it; what else is listed is asked for in JSON.
      const asProtobuf =
        url.pathname.endsWith("/pods") && request.headers.accept?.startsWith(PROTOBUF) === true;
      return answer(response, 200, list(store, url.searchParams, asProtobuf));
    },
    write(path, object, type) {
      const stored = { ...object, metadata: { ...object.metadata, resourceVersion: `${(version += 1)}` } };
      const store = stores.get(path);
      if (type === "DELETED") store?.delete(keyOf(object));
      else store?.set(keyOf(object), stored);
      if (type === "ADDED" && path.endsWith("/pods")) places[numberOf(object)] = keyOf(object);
      const change = { version, path, line: lineOf(type, stored) };
      log.push(change);
      if (log.length > 2 * REMEMBERED) {
        log = log.slice(-REMEMBERED);
        oldest = log[0]?.version ?? version;
      }
      for (const one of open) if (one.path === path) one.response.write(change.line);
    },
    object: (path, key) => stores.get(path)?.get(key),
    podAt: (at) => stores.get("/api/v1/pods")?.get(places[at] ?? ""),
    restart() {
      log = [];
      oldest = version += 1;
      for (const { response } of open) response.destroy();
    },
    watches: () => open.size,
  };
}

async function answerTo(
  request: IncomingMessage,
  { pathname }: URL,
  stores: ReadonlyMap<string, ReadonlyMap<string, LargeObject>>,
  { issueToken, isAssociated }: Identities,
): Promise<[status: number, body: string]> {
  const [, namespace = "", resource = "", name = "", sub = ""] =
    /^\/api\/v1\/namespaces\/([^/]+)\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(pathname) ?? [];
  const find = (path: string, key: string) => stores.get(path)?.get(key);
  if (sub === "token") return [201, JSON.stringify({ status: { token: issueToken(namespace, name) } })];
  if (request.method === "POST" && resource === "pods") {
    const { metadata, spec } = JSON.parse(await text(request)) as LargeObject & {
      spec: { serviceAccountName: string };
    };
    const account = find("/api/v1/serviceaccounts", `${namespace}/${spec.serviceAccountName}`);
    const role = account?.metadata.annotations?.[ROLE_KEY];
    const unannotated = isAssociated(spec.serviceAccountName) ? "association" : undefined;
    const identity = role === undefined ? unannotated : { role };
    const created = { ...metadata, namespace, name: "probe-1", creationTimestamp: "2026-11-01T00:00:00Z" };
    return [
      201,
      JSON.stringify({
        metadata: created,
        spec: podSpec(spec.serviceAccountName, ["probe"], identity),
      }),
    ];
  }
  const found =
    find(`/api/v1/${resource}`, `${namespace}/${name}`) ??
    find("/api/v1/namespaces", pathname.replace("/api/v1/namespaces/", "")) ??
    find(WEBHOOKS_PATH, pathname.replace(`${WEBHOOKS_PATH}/`, ""));
  if (found !== undefined) return [200, JSON.stringify(found)];
  return [404, JSON.stringify({ kind: "Status", code: 404, message: `${pathname} not found` })];
}

function keyOf({ metadata: { namespace, name } }: LargeObject): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** A pod's number is at the end of its name, before the dot. */
function numberOf({ metadata: { name } }: LargeObject): number {
  return Number(/-(\d+)\.\d+$/.exec(name)?.[1]);
}

function lineOf(type: ChangeType | "BOOKMARK", object: LargeObject): string {
  return `${JSON.stringify({ type, object })}\n`;
}

function answer(response: ServerResponse, status: number, body: string | Buffer): void {
  const type = typeof body === "string" ? "application/json" : PROTOBUF;
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) }).end(body);
}
