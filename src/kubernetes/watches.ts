import type { IncomingMessage } from "node:http";
import { Failure, isFailure } from "../model/failure.ts";
import { LIMITS } from "../model/limits.ts";
import { readBody, TooLargeAnswer } from "../network/bounded-body.ts";
import { anything, fit, number, object, optional, text, unexpectedAnswer } from "./answer.ts";
import { boundedLines } from "./bounded-lines.ts";
import { callerOn } from "./caller.ts";
import type { Connection } from "./connection.ts";
import { apiFailure } from "./errors.ts";
import type { WatchedKind, WatchListener, WatchPort } from "./port.ts";
import { WATCHED, type WatchedRow } from "./wire-watched.ts";

/** How long the API server is to keep a watch, in seconds: by default it is between 30 and 60 minutes. */
const WATCH_SECONDS = 300;

/** The API server sends bookmarks about once a minute; a connection that is silent for longer may be dead. */
const SILENT_MS = 130_000;

/** A change as a watch tells it. Source: Kubernetes documentation, "API Concepts", efficient detection of changes. */
const EVENT = object({ type: text, object: anything });
const VERSIONED = object({ metadata: object({ resourceVersion: optional(text) }) });
const STATUS = object({ code: optional(number), message: optional(text) });

/** Lists and watches on a connection. */
export function watchAdapter(connection: Connection): WatchPort {
  const api = callerOn(connection);
  return {
    async listForWatch(kind) {
      const { resource, path, query, keep } = WATCHED[kind];
      const list = { path, query, shape: keep, keep: (kept: ReturnType<typeof keep>) => kept };
      const { items, version } = await recoverExpired(() => api.listVersioned(`list ${resource}`, list));
      return { objects: items.flat(), version };
    },
    async watch(kind, version, listener, signal) {
      const row = WATCHED[kind];
      const answer = await connection.open({
        path: row.path,
        query: {
          ...row.query,
          watch: "true",
          resourceVersion: version,
          allowWatchBookmarks: "true",
          timeoutSeconds: `${WATCH_SECONDS}`,
        },
        signal,
        silentMs: SILENT_MS,
      });
      await requireAccepted(answer, `watch ${row.resource}`, connection);
      listener.heard();
      return follow(answer, row, version, listener);
    },
  };
}

async function requireAccepted(
  answer: IncomingMessage,
  what: string,
  { identity }: Connection,
): Promise<void> {
  const status = answer.statusCode ?? 0;
  if (status >= 200 && status < 300) return;
  const bytes = await readBody(answer, { maxBytes: LIMITS.issuerAnswerBytes });
  if (status === 410) throw expired(what);
  throw apiFailure(what, { status, body: parsed(bytes.toString("utf8")) }, identity);
}

/** Reads change after change; a connection that breaks ends it as the API server does. Gives the version of the last one. */
async function follow<Kind extends WatchedKind>(
  answer: IncomingMessage,
  { resource, keep }: WatchedRow<Kind>,
  from: string,
  listener: WatchListener<Kind>,
): Promise<string> {
  const what = `watch ${resource}`;
  let version = from;
  try {
    for await (const text of boundedLines(answer, LIMITS.kubernetesAnswerBytes)) {
      const event = fit(what, parsed(text), EVENT);
      if (event.type === "ERROR") throw errorOf(what, event.object);
      version = fit(what, event.object, VERSIONED).metadata.resourceVersion ?? version;
      listener.heard();
      if (event.type === "BOOKMARK") continue;
      for (const one of fit(what, event.object, keep))
        if (event.type === "DELETED") listener.deleted(one.key);
        else listener.changed(one);
    }
  } catch (error) {
    if (isFailure(error)) throw error;
    if (error instanceof TooLargeAnswer) throw unexpectedAnswer(what, error.message);
  } finally {
    answer.destroy();
  }
  return version;
}

function errorOf(what: string, status: unknown): Failure {
  const { code, message = "no message" } = fit(what, status, STATUS);
  return code === 410
    ? expired(what)
    : new Failure("failed", "kubernetes-error", `${what}: ${message}`, { facts: [["status", `${code}`]] });
}

/** A list that takes so long that the API server no longer has its version is begun again. */
async function recoverExpired<T>(list: () => Promise<T>): Promise<T> {
  try {
    return await list();
  } catch (error) {
    if (
      isFailure(error, "kubernetes-error") &&
      error.detail.facts?.some(([, value]) => value === "410") === true
    )
      return list();
    throw error;
  }
}

function expired(what: string): Failure {
  return new Failure("failed", "watch-expired", `${what}: the version to begin at is too old`);
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}
