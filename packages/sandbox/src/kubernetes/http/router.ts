import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { authenticate } from "../auth/authentication.ts";
import { impersonated } from "../auth/impersonation.ts";
import { authorize, type Attributes } from "../auth/rbac.ts";
import type { User } from "../auth/user.ts";
import type { Cluster } from "../cluster.ts";
import { findResource, REVIEWS } from "../model/resources.ts";
import { ApiError, forbidden, methodNotAllowed, noSuchPath, statusOf } from "../model/status.ts";
import type { Call, Reply } from "./call.ts";
import { deleteCollection, deleteObject } from "./deletes.ts";
import { answerPath } from "./paths.ts";
import { getObject, listObjects } from "./reads.ts";
import { parseRequestInfo, type RequestInfo, type ResourceRequest } from "./request-info.ts";
import { answerReview } from "./reviews.ts";
import { answerScale } from "./scale.ts";
import { requestToken } from "./token-request.ts";
import { watchObjects } from "./watch.ts";
import { createObject, patchObject, replaceObject } from "./writes.ts";

/** Wraps the answering of a request: may delay it, or end it by an ApiError; a watch's reply is `undefined`. */
export type Around = (
  request: IncomingMessage,
  answer: () => Promise<Reply | undefined>,
) => Promise<Reply | undefined>;

/** Answers every request: who is it, may they, and then what they ask for; a failure is answered by its Status. */
export async function route(
  cluster: Cluster,
  request: IncomingMessage,
  response: ServerResponse,
  around: Around = async (_, answer) => answer(),
): Promise<void> {
  try {
    const reply = await around(request, () => answer(cluster, request, response));
    if (reply !== undefined) send(response, reply);
  } catch (error) {
    const status = statusOf(error);
    send(response, { status: status.code, body: status });
  }
}

async function answer(
  cluster: Cluster,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Reply | undefined> {
  const url = new URL(request.url ?? "/", "https://kubernetes");
  const info = parseRequestInfo(request.method ?? "GET", url.pathname, url.searchParams);
  const user = impersonated(cluster.store, await authenticate(request.headers, cluster), request.headers);
  requirePermission(cluster, user, info);
  if (info.kind === "path") return answerPath(cluster, info.path);
  const call = await callOf(info, user, url, request);
  if (info.verb !== "watch") return answerCall(cluster, call);
  watchObjects(cluster.store, call, response);
  return undefined;
}

function requirePermission({ store }: Cluster, user: User, info: RequestInfo): void {
  const attributes: Attributes = info.kind === "path" ? info : attributesOf(info);
  if (authorize(store, user, attributes).allowed) return;
  if (info.kind === "path") {
    const message = `forbidden: User "${user.username}" cannot ${info.verb} path "${info.path}"`;
    throw new ApiError(403, "Forbidden", message, {});
  }
  const { resource, subresource, group, namespace, name = "", verb } = info;
  const what = subresource === undefined ? resource : `${resource}/${subresource}`;
  const where = namespace === undefined ? "at the cluster scope" : `in the namespace "${namespace}"`;
  const why = `User "${user.username}" cannot ${verb} resource "${what}" in API group "${group}" ${where}`;
  throw forbidden({ group, plural: resource }, name, why);
}

function attributesOf({ kind: _kind, version: _version, ...attributes }: ResourceRequest): Attributes {
  return attributes;
}

async function callOf(info: ResourceRequest, user: User, url: URL, request: IncomingMessage): Promise<Call> {
  const resource = findResource(info.group, info.version, info.resource);
  const isKnown =
    info.subresource === undefined || resource?.subresources.includes(info.subresource) === true;
  if (resource === undefined || !isKnown) throw noSuchPath();
  return {
    info,
    resource,
    namespace: resource.namespaced ? (info.namespace ?? "") : "",
    query: url.searchParams,
    headers: request.headers,
    user,
    bytes: await buffer(request),
  };
}

async function answerCall(cluster: Cluster, call: Call): Promise<Reply> {
  const { info, resource, namespace } = call;
  if (!resource.verbs.includes(info.verb)) throw methodNotAllowed();
  if (REVIEWS.includes(resource)) return answerReview(cluster, call);
  if (info.subresource === "token") return requestToken(cluster, call);
  if (info.subresource === "scale") return answerScale(cluster, call);
  const isWrite = info.verb !== "get" && info.verb !== "list";
  if (isWrite && resource.namespaced && namespace === "") throw methodNotAllowed();
  switch (info.verb) {
    case "get":
      return getObject(cluster.store, call);
    case "list":
      return listObjects(cluster.store, call);
    case "create":
      if (info.name !== undefined) throw methodNotAllowed();
      return createObject(cluster, call);
    case "update":
      return replaceObject(cluster, call);
    case "patch":
      return patchObject(cluster, call);
    case "delete":
      return deleteObject(cluster, call);
    default:
      return deleteCollection(cluster, call);
  }
}

function send(response: ServerResponse, { status, body, contentType = "application/json" }: Reply): void {
  response.writeHead(status, { "content-type": contentType, "cache-control": "no-cache, private" });
  response.end(typeof body === "string" ? body : `${JSON.stringify(body)}\n`);
}
