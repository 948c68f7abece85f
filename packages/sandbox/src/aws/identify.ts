import { randomUUID } from "node:crypto";
import type { AwsRequest, AwsService, Parameter, Parameters, WireRequest } from "./exchange.ts";
import { EC2_OPERATIONS } from "./ec2/operations.ts";
import { restOperation } from "./eks-routes.ts";
import { decodeQuery } from "./query-protocol.ts";
import { at } from "./state.ts";

/** Where a request without a signature goes, as the global STS endpoint. */
const DEFAULT_REGION = "us-east-1";

/** The credential scope of a SigV4 signature. Source: IAM User Guide, "Elements of a request signature". */
interface Scope {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

/**
 * Recognizes the operation of a request; `undefined` when it is none that this emulation knows the form of.
 * IAM, EC2, STS and CloudFormation speak the query protocol (form body or query string), EKS and EKS Auth REST with JSON.
 */
export function identify(wire: WireRequest): AwsRequest | undefined {
  const url = new URL(wire.target, "http://aws.invalid");
  const scope = scopeOf(wire, url);
  const operation = queryOperation(wire, url) ?? jsonOperation(wire, url);
  if (operation === undefined) return undefined;
  return {
    ...operation,
    region: scope?.region ?? DEFAULT_REGION,
    accessKeyId: scope?.accessKeyId,
    requestId: randomUUID(),
    wire,
  };
}

type Operation = Pick<AwsRequest, "service" | "action" | "parameters">;

/** API versions tell the query services apart, also for unsigned requests. */
const QUERY_SERVICES: Readonly<Record<string, AwsService>> = {
  "2016-11-15": "ec2",
  "2010-05-08": "iam",
  "2011-06-15": "sts",
  "2010-05-15": "cloudformation",
};

function queryOperation(wire: WireRequest, url: URL): Operation | undefined {
  const isForm = wire.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") ?? false;
  const fields = isForm ? new URLSearchParams(wire.body) : url.searchParams;
  const action = fields.get("Action");
  const service = QUERY_SERVICES[fields.get("Version") ?? ""];
  if (action === null || service === undefined) return undefined;
  // Of hundreds of operations few are emulated: the others are answered as those of services that are not.
  if (service === "ec2" && at(EC2_OPERATIONS, action) === undefined) return undefined;
  return { service, action, parameters: decodeQuery(fields) };
}

function jsonOperation(wire: WireRequest, url: URL): Operation | undefined {
  const route = restOperation(wire.method, url.pathname);
  if (route === undefined) return undefined;
  const body = jsonBody(wire.body);
  return { ...route, parameters: { ...queryOf(url), ...body, ...route.parameters } };
}

/** What is given several times is a list, as `tagKeys=a&tagKeys=b`. */
function queryOf({ searchParams }: URL): Parameters {
  const valueOf = (name: string): Parameter => {
    const [first = "", ...more] = searchParams.getAll(name);
    return more.length === 0 ? first : [first, ...more];
  };
  return Object.fromEntries([...searchParams.keys()].map((name) => [name, valueOf(name)]));
}

function jsonBody(body: string): Parameters {
  if (body === "") return {};
  try {
    const value = JSON.parse(body) as Parameter;
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Parameters) : {};
  } catch {
    return {};
  }
}

function scopeOf(wire: WireRequest, url: URL): Scope | undefined {
  const header = /Credential=([^,\s]+)/.exec(wire.headers["authorization"] ?? "")?.[1];
  const [accessKeyId, _day, region, service] = (
    header ??
    url.searchParams.get("X-Amz-Credential") ??
    ""
  ).split("/");
  if (!accessKeyId || !region || !service) return undefined;
  return { accessKeyId, region, service };
}
