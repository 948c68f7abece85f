import { invalid, valid, type Parsed, type Problems } from "../../model/problems.ts";
import { keepSecret, keepSecretsOf } from "../../model/secrets.ts";

/** Where metrics are sent by OTLP, and how. */
export interface OtlpSettings {
  /** With the path of metrics. */
  readonly url: string;
  readonly protocol: (typeof PROTOCOLS)[number];
  readonly intervalMs: number;
  /** At most the interval. */
  readonly timeoutMs: number;
}

/** Both by HTTP. */
const PROTOCOLS = ["http/protobuf", "http/json"] as const;

/** Source: OpenTelemetry specification, "Environment Variable Specification", periodic exporting metric reader. */
const DEFAULT_MS = { interval: 60_000, timeout: 30_000 };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What OpenTelemetry's variables say; `undefined` where none names an endpoint, or where they switch it off. Headers are told to be
 * secrets; the exporter reads them itself. Source: OpenTelemetry specification, "OpenTelemetry Protocol Exporter".
 */
export function otlpSettings(environment: Environment, problems: Problems): OtlpSettings | undefined {
  // A variable that is empty is one that is not set.
  const given = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const endpoint = METRICS.find((part) => given(`${part}ENDPOINT`) !== undefined);
  const exporter = given("OTEL_METRICS_EXPORTER") ?? "otlp";
  if (endpoint === undefined || isTrue(given("OTEL_SDK_DISABLED")) || !exporter.split(",").includes("otlp"))
    return undefined;
  for (const part of METRICS) keepHeaders(given(`${part}HEADERS`) ?? "");
  keepSecretsOf({ endpoint: given(`${endpoint}ENDPOINT`) });
  const take = <T>(name: string, parse: (text: string) => Parsed<T>): T | undefined =>
    problems.maybe(name, given(name), parse);
  const text = given(`${endpoint}ENDPOINT`) ?? "";
  const parsed = parseEndpoint(text, endpoint === METRICS[0]);
  // Of what is not a URL nobody knows where in it a password is.
  if (!parsed.ok) problems.note(`${endpoint}ENDPOINT`, /[@?]/.test(text) ? "" : text, parsed.problem);
  const protocol = METRICS.map((part) => `${part}PROTOCOL`).find((name) => given(name) !== undefined);
  const intervalMs = take("OTEL_METRIC_EXPORT_INTERVAL", parseMilliseconds) ?? DEFAULT_MS.interval;
  const timeoutMs = take("OTEL_METRIC_EXPORT_TIMEOUT", parseMilliseconds) ?? DEFAULT_MS.timeout;
  return {
    url: parsed.ok ? parsed.value : "",
    protocol: (protocol === undefined ? undefined : take(protocol, parseProtocol)) ?? "http/protobuf",
    intervalMs,
    timeoutMs: Math.min(timeoutMs, intervalMs),
  };
}

/** What names of variables begin with: those of metrics alone come before those of all signals. */
const METRICS = ["OTEL_EXPORTER_OTLP_METRICS_", "OTEL_EXPORTER_OTLP_"] as const;

/** The endpoint as it can be shown: without what may be secret in it. */
export function shownEndpoint(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

function isTrue(text: string | undefined): boolean {
  return text?.toLowerCase() === "true";
}

/** @param isWhole whether it has the path of metrics; else that is added */
function parseEndpoint(text: string, isWhole: boolean): Parsed<string> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    return invalid("is not a valid URL; use one such as http://localhost:4318");
  if (!isWhole) url.pathname = `${url.pathname.replace(/\/$/, "")}/v1/metrics`;
  return valid(url.href);
}

function parseProtocol(text: string): Parsed<OtlpSettings["protocol"]> {
  const protocol = PROTOCOLS.find((one) => one === text);
  return protocol === undefined
    ? invalid(`is not supported; use ${PROTOCOLS.join(" or ")}`)
    : valid(protocol);
}

/** The longest delay of a timer. */
const MOST_MS = 2 ** 31 - 1;

function parseMilliseconds(text: string): Parsed<number> {
  const milliseconds = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  return milliseconds > 0 && milliseconds <= MOST_MS
    ? valid(milliseconds)
    : invalid("is not a valid number of milliseconds; use one such as 60000");
}

/** `name=value,name=value`, the values percent-encoded. */
function keepHeaders(text: string): void {
  for (const pair of text.split(",")) {
    const value = pair.slice(pair.indexOf("=") + 1).trim();
    keepSecret(value, decoded(value));
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
