import {
  speaksJson,
  type AwsError,
  type AwsRequest,
  type JsonService,
  type AwsService,
  type Parameter,
  type Parameters,
  type WireResponse,
} from "./exchange.ts";

/** What an operation answers: values by name; a Map is written as the query protocol's `entry` list. */
export interface Result {
  readonly [name: string]: ResultValue | undefined;
}

type ResultValue =
  | string
  | number
  | boolean
  | Date
  | readonly ResultValue[]
  | Result
  | ReadonlyMap<string, number>;

const NAMESPACES: Readonly<Record<Exclude<AwsService, JsonService>, string>> = {
  ec2: "http://ec2.amazonaws.com/doc/2016-11-15/",
  iam: "https://iam.amazonaws.com/doc/2010-05-08/",
  sts: "https://sts.amazonaws.com/doc/2011-06-15/",
  cloudformation: "http://cloudformation.amazonaws.com/doc/2010-05-15/",
};

/**
 * A successful answer in the service's own format; IAM writes no result element where an operation has none.
 * Source: Smithy, "AWS Query protocol", "AWS EC2 Query protocol" and "AWS restJson1 protocol".
 */
export function answer(request: AwsRequest, result?: Result): WireResponse {
  const { action, requestId, service } = request;
  if (speaksJson(service)) return jsonResponse(request, 200, {}, JSON.stringify(toJson(result ?? {})));
  if (service === "ec2") {
    const content = element("requestId", requestId) + children(result ?? {}, "item");
    return xmlResponse(request, 200, root(`${action}Response`, NAMESPACES.ec2, content));
  }
  const content = result === undefined ? "" : element(`${action}Result`, children(result));
  const metadata = element("ResponseMetadata", element("RequestId", requestId));
  return xmlResponse(request, 200, root(`${action}Response`, NAMESPACES[service], content + metadata));
}

/** An error in the service's own format. Source: as `answer`, "Operation error serialization". */
export function errorAnswer(request: AwsRequest, error: AwsError): WireResponse {
  const { service } = request;
  if (speaksJson(service)) {
    const headers = { "x-amzn-errortype": error.code };
    return jsonResponse(request, error.status, headers, JSON.stringify({ message: error.message }));
  }
  if (service === "ec2") {
    const what = element("Code", error.code) + element("Message", escapeXml(error.message));
    const errors = element("Errors", element("Error", what)) + element("RequestID", request.requestId);
    return xmlResponse(request, error.status, element("Response", errors));
  }
  const type = element("Type", error.status < 500 ? "Sender" : "Receiver");
  const what = element("Code", error.code) + element("Message", escapeXml(error.message));
  const content = element("Error", type + what) + element("RequestId", request.requestId);
  return xmlResponse(request, error.status, root("ErrorResponse", NAMESPACES[service], content));
}

function xmlResponse(request: AwsRequest, status: number, body: string): WireResponse {
  return {
    status,
    headers: { "content-type": "text/xml", "x-amzn-requestid": request.requestId },
    body: `${body}\n`,
  };
}

function jsonResponse(
  request: AwsRequest,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): WireResponse {
  const own = { "content-type": "application/json", "x-amzn-requestid": request.requestId };
  return { status, headers: { ...own, ...headers }, body };
}

function root(name: string, namespace: string, content: string): string {
  return `<${name} xmlns="${namespace}">${content}</${name}>`;
}

function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

/** @param item how the items of lists are called */
function children(result: Result, item = "member"): string {
  return Object.entries(result)
    .map(([name, value]) => (value === undefined ? "" : element(name, toXml(value, item))))
    .join("");
}

function toXml(value: ResultValue, item: string): string {
  if (value instanceof Date) return value.toISOString().replace(/\.\d+Z$/, "Z");
  if (value instanceof Map) return [...value].map(toEntry).join("");
  if (isList(value)) return value.map((one) => element(item, toXml(one, item))).join("");
  if (typeof value === "object") return children(value as Result, item);
  return escapeXml(String(value));
}

function toEntry([key, value]: readonly [string, number]): string {
  return element("entry", element("key", escapeXml(key)) + element("value", String(value)));
}

/** restJson1 writes times as seconds since the epoch. */
function toJson(value: ResultValue): Parameter {
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Map) return Object.fromEntries(value) as Parameters;
  if (isList(value)) return value.map(toJson);
  if (typeof value !== "object") return value;
  const defined = Object.entries(value as Result).filter(
    (entry): entry is [string, ResultValue] => entry[1] !== undefined,
  );
  return Object.fromEntries(defined.map(([name, inner]) => [name, toJson(inner)]));
}

function isList(value: ResultValue): value is readonly ResultValue[] {
  return Array.isArray(value);
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\r": "&#xD;",
};

function escapeXml(value: string): string {
  return value.replace(/[&<>"\r]/g, (character) => ENTITIES[character] ?? character);
}
