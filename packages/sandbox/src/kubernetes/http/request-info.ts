/** What a request is about, read from its method and URL alone. */
export type RequestInfo = ResourceRequest | PathRequest;

/** A request for something that is not a resource: discovery, health, keys. */
export interface PathRequest {
  readonly kind: "path";
  readonly verb: string;
  readonly path: string;
}

/** A request for a resource. */
export interface ResourceRequest {
  readonly kind: "resource";
  /** As RBAC names it: get, list, watch, create, update, patch, delete, deletecollection. */
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource?: string;
  /** Absent for a cluster-wide request; for a Namespace its own name, as the API server has it. */
  readonly namespace?: string;
  readonly name?: string;
}

/** Source: Kubernetes documentation, "Kubernetes API Concepts", resource URIs and verbs. */
export function parseRequestInfo(method: string, path: string, query: URLSearchParams): RequestInfo {
  const [root, ...rest] = path
    .split("/")
    .filter((part) => part !== "")
    .map(decodeURIComponent);
  const [group, version, ...parts] = root === "api" ? ["", ...rest] : rest;
  const isResource = (root === "api" || root === "apis") && group !== undefined && version !== undefined;
  if (!isResource || parts.length === 0) return { kind: "path", verb: method.toLowerCase(), path };
  const target = parseTarget(parts);
  return { kind: "resource", verb: verbOf(method, target.name, query), group, version, ...target };
}

type Target = Pick<ResourceRequest, "resource" | "subresource" | "namespace" | "name">;

function parseTarget(parts: readonly string[]): Target {
  const [first = "", second, third, ...more] = parts;
  const isInNamespace = first === "namespaces" && third !== undefined && !NAMESPACE_PARTS.has(third);
  if (!isInNamespace) return named(first, first === "namespaces" ? second : undefined, second, third);
  return named(third, second, ...more);
}

/** What may follow a Namespace's name without being a resource in it. */
const NAMESPACE_PARTS = new Set(["status", "finalize"]);

function named(resource: string, namespace?: string, name?: string, subresource?: string): Target {
  return {
    resource,
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
    ...(subresource !== undefined && { subresource }),
  };
}

function verbOf(method: string, name: string | undefined, query: URLSearchParams): string {
  switch (method) {
    case "POST":
      return "create";
    case "PUT":
      return "update";
    case "PATCH":
      return "patch";
    case "DELETE":
      return name === undefined ? "deletecollection" : "delete";
    default:
      if (["true", "1"].includes(query.get("watch") ?? "")) return "watch";
      return name === undefined ? "list" : "get";
  }
}
