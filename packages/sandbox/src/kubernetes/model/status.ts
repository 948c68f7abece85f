import { qualifiedName, type Resource } from "./resources.ts";

/** A failure as the API server says it. Source: Kubernetes API, Status of meta/v1. */
export interface Status {
  readonly kind: "Status";
  readonly apiVersion: "v1";
  readonly metadata: Readonly<Record<string, never>>;
  readonly status: "Success" | "Failure";
  readonly message?: string;
  readonly reason?: string;
  readonly details?: StatusDetails;
  readonly code: number;
}

/** What a failure is about. */
export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
}

/** One wrong field. */
export interface StatusCause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

/** Ends a request with a Status. */
export class ApiError extends Error {
  readonly status: Status;

  constructor(code: number, reason: string, message: string, details?: StatusDetails) {
    super(message);
    this.name = "ApiError";
    this.status = {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message,
      reason,
      ...(details && { details }),
      code,
    };
  }
}

type Named = Pick<Resource, "group" | "plural">;

/** 404: no object of that name. */
export function notFound(resource: Named, name: string): ApiError {
  return new ApiError(404, "NotFound", `${quoted(resource, name)} not found`, detailsOf(resource, name));
}

/** 404: no such path or resource. */
export function noSuchPath(): ApiError {
  return new ApiError(404, "NotFound", "the server could not find the requested resource", {});
}

/** 405. */
export function methodNotAllowed(): ApiError {
  const message = "the server does not allow this method on the requested resource";
  return new ApiError(405, "MethodNotAllowed", message, {});
}

/** 409: a create of what is there. */
export function alreadyExists(resource: Named, name: string): ApiError {
  const message = `${quoted(resource, name)} already exists`;
  return new ApiError(409, "AlreadyExists", message, detailsOf(resource, name));
}

/** 409: the object is another than the writer saw. */
export function conflict(
  resource: Named,
  name: string,
  why = "the object has been modified; please apply your changes to the latest version and try again",
): ApiError {
  const message = `Operation cannot be fulfilled on ${quoted(resource, name)}: ${why}`;
  return new ApiError(409, "Conflict", message, detailsOf(resource, name));
}

/** 403; `name` is empty for a list and for a create without a name. */
export function forbidden(resource: Named, name: string, why: string): ApiError {
  const subject = name === "" ? qualifiedName(resource) : quoted(resource, name);
  return new ApiError(403, "Forbidden", `${subject} is forbidden: ${why}`, detailsOf(resource, name));
}

/** 401. */
export function unauthorized(): ApiError {
  return new ApiError(401, "Unauthorized", "Unauthorized");
}

/** 400. */
export function badRequest(message: string): ApiError {
  return new ApiError(400, "BadRequest", message);
}

/** 410: the events after that version are no longer known. */
export function expired(asked: string, oldest: number): ApiError {
  return new ApiError(410, "Expired", `too old resource version: ${asked} (${oldest})`);
}

/** 415. */
export function unsupportedMediaType(accepted: readonly string[]): ApiError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(", ")}`;
  return new ApiError(415, "UnsupportedMediaType", message);
}

/** 422: the object breaks a rule; one cause a wrong field. */
export function invalid(
  { group, kind }: Pick<Resource, "group" | "kind">,
  name: string,
  causes: readonly StatusCause[],
): ApiError {
  const texts = causes.map(({ field, message }) => `${field}: ${message}`);
  const text = texts.length === 1 ? texts.join("") : `[${texts.join(", ")}]`;
  const subject = group === "" ? kind : `${kind}.${group}`;
  return new ApiError(422, "Invalid", `${subject} "${name}" is invalid: ${text}`, {
    name,
    ...(group !== "" && { group }),
    kind,
    causes,
  });
}

function quoted(resource: Named, name: string): string {
  return `${qualifiedName(resource)} "${name}"`;
}

function detailsOf({ group, plural }: Named, name: string): StatusDetails {
  return { ...(name !== "" && { name }), ...(group !== "" && { group }), kind: plural };
}

/** The Status of any error; one that is not an ApiError is a fault of the server. */
export function statusOf(error: unknown): Status {
  if (error instanceof ApiError) return error.status;
  const message = `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`;
  return new ApiError(500, "InternalError", message).status;
}
