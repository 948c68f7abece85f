import type { IncomingHttpHeaders } from "node:http";
import { parse as parseYaml } from "yaml";
import type { User } from "../auth/user.ts";
import type { KubeObject } from "../model/object.ts";
import { groupVersionOf, type Resource } from "../model/resources.ts";
import { badRequest, invalid, unsupportedMediaType } from "../model/status.ts";
import { isObject, type Json } from "../patch/json.ts";
import type { WriteOptions } from "../writer.ts";
import { decodeProtobuf } from "./protobuf.ts";
import type { ResourceRequest } from "./request-info.ts";

/** A request for a resource that is known, by a user who may make it. */
export interface Call {
  readonly info: ResourceRequest;
  readonly resource: Resource;
  /** `""` at the cluster scope. */
  readonly namespace: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly user: User;
  /** The body as it came. */
  readonly bytes: Buffer;
}

/** An answer: a body that becomes JSON. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly contentType?: string;
}

const JSON_TYPE = "application/json";
const YAML_TYPE = "application/yaml";
const PROTOBUF_TYPE = "application/vnd.kubernetes.protobuf";
const ACCEPTED = [JSON_TYPE, YAML_TYPE, PROTOBUF_TYPE];

/**
 * The body of a request as JSON, sent as JSON, as YAML, or (the kinds that kubectl creates) as protobuf.
 * @throws ApiError 400 or 415.
 */
export function readBody({ headers, bytes }: Pick<Call, "headers" | "bytes">): Json {
  switch (mediaType(headers)) {
    case "":
    case JSON_TYPE:
      return parseBody(bytes, JSON.parse);
    case YAML_TYPE:
      return parseBody(bytes, parseYaml);
    case PROTOBUF_TYPE: {
      const object = decodeProtobuf(bytes);
      if (object === undefined) throw unsupportedMediaType(ACCEPTED);
      return object;
    }
    default:
      throw unsupportedMediaType(ACCEPTED);
  }
}

/** The media type of the body, without its parameters. */
export function mediaType(headers: IncomingHttpHeaders): string {
  return (headers["content-type"] ?? "").split(";")[0]?.trim() ?? "";
}

/** @throws ApiError 400 for a body that can't be read. */
export function parseBody(bytes: Buffer, parse: (text: string) => unknown): Json {
  try {
    return parse(bytes.toString("utf8")) as Json;
  } catch (error) {
    throw badRequest(
      `couldn't get version/kind; json parse error: ${error instanceof Error ? error.message : ""}`,
    );
  }
}

/**
 * A body as an object of the call's resource: what it leaves out of kind and namespace is known from the URL.
 * @throws ApiError 400 for one of another kind, version or namespace.
 */
export function asObject(
  { resource, namespace }: Pick<Call, "resource" | "namespace">,
  body: Json,
): KubeObject {
  if (!isObject(body)) throw badRequest(`Object 'Kind' is missing in '${JSON.stringify(body)}'`);
  const { kind = resource.kind, apiVersion = groupVersionOf(resource) } = body;
  const metadata = isObject(body["metadata"]) ? body["metadata"] : {};
  if (apiVersion !== groupVersionOf(resource)) {
    throw badRequest(
      `the API version in the data (${JSON.stringify(apiVersion)}) does not match the expected API version (${groupVersionOf(resource)})`,
    );
  }
  if (kind !== resource.kind) {
    throw badRequest(
      `${JSON.stringify(kind)} in version "${resource.version}" cannot be handled as a ${resource.kind}`,
    );
  }
  const { namespace: own, name = "" } = metadata;
  if (own !== undefined && own !== "" && own !== namespace) {
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
  }
  const placed = resource.namespaced ? { namespace } : {};
  return { ...body, kind, apiVersion, metadata: { ...metadata, name, ...placed } } as unknown as KubeObject;
}

/**
 * How the query says to write.
 * @throws ApiError 422 for a `dryRun` other than All.
 */
export function writeOptions({ query, headers, user, info }: Call): WriteOptions {
  return {
    user,
    dryRun: isDryRun(query.getAll("dryRun"), info.verb),
    manager: query.get("fieldManager") ?? (headers["user-agent"] ?? "unknown").split("/")[0] ?? "unknown",
    ...(info.subresource !== undefined && { subresource: info.subresource }),
  };
}

/** @throws ApiError 422 for a value other than All. */
export function isDryRun(values: readonly string[], verb: string): boolean {
  if (values.every((value) => value === "All" || value === "")) return values.includes("All");
  const kind = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}Options`;
  const message = `Unsupported value: ${JSON.stringify(values)}: supported values: "All"`;
  throw invalid({ group: "meta.k8s.io", kind }, "", [
    { reason: "FieldValueNotSupported", message, field: "dryRun" },
  ]);
}
