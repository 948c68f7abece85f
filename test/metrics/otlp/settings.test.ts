import { describe, expect, it } from "vitest";
import { otlpSettings, shownEndpoint } from "../../../src/metrics/otlp/settings.ts";
import { handOut, withoutSecrets } from "../../../src/model/secrets.ts";
import { Problems } from "../../../src/model/problems.ts";

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318" };
const DEFAULTS = {
  url: "http://collector:4318/v1/metrics",
  protocol: "http/protobuf",
  intervalMs: 60_000,
  timeoutMs: 30_000,
};

/** The settings, and the problems in one text. */
function settings(environment: Readonly<Record<string, string>>) {
  const problems = new Problems();
  const found = otlpSettings(environment, problems);
  try {
    problems.throwIfAny();
  } catch (error) {
    return error instanceof Error ? error.message : error;
  }
  return found;
}

describe("OpenTelemetry's variables", () => {
  it.each<[what: string, environment: Record<string, string>, expected: object | undefined]>([
    ["none", {}, undefined],
    ["an endpoint", ENDPOINT, DEFAULTS],
    [
      "an endpoint with a path",
      { OTEL_EXPORTER_OTLP_ENDPOINT: "https://x/otlp/" },
      { ...DEFAULTS, url: "https://x/otlp/v1/metrics" },
    ],
    [
      "an endpoint of metrics, which is whole",
      { ...ENDPOINT, OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: "https://x/all" },
      { ...DEFAULTS, url: "https://x/all" },
    ],
    [
      "empty values",
      { ...ENDPOINT, OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: "", OTEL_SDK_DISABLED: "" },
      DEFAULTS,
    ],
    ["switched off", { ...ENDPOINT, OTEL_SDK_DISABLED: "TRUE" }, undefined],
    ["not quite switched off", { ...ENDPOINT, OTEL_SDK_DISABLED: "1" }, DEFAULTS],
    ["no exporter of metrics", { ...ENDPOINT, OTEL_METRICS_EXPORTER: "none" }, undefined],
    ["exporters", { ...ENDPOINT, OTEL_METRICS_EXPORTER: "console,otlp" }, DEFAULTS],
    [
      "a protocol, of metrics first",
      {
        ...ENDPOINT,
        OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
        OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: "http/json",
      },
      { ...DEFAULTS, protocol: "http/json" },
    ],
    [
      "an interval that is shorter than the timeout",
      { ...ENDPOINT, OTEL_METRIC_EXPORT_INTERVAL: "5000" },
      { ...DEFAULTS, intervalMs: 5_000, timeoutMs: 5_000 },
    ],
    ["a timeout", { ...ENDPOINT, OTEL_METRIC_EXPORT_TIMEOUT: "1000" }, { ...DEFAULTS, timeoutMs: 1_000 }],
  ])("%s", (_what, environment, expected) => {
    expect(settings(environment)).toEqual(expected);
  });

  it.each<[name: string, value: string, problem: string]>([
    ["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "collector:4318", "is not a valid URL"],
    ["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "file:///etc", "is not a valid URL"],
    ["OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "is not supported; use http/protobuf or http/json"],
    ["OTEL_METRIC_EXPORT_INTERVAL", "1m", "is not a valid number of milliseconds"],
    ["OTEL_METRIC_EXPORT_INTERVAL", "0", "is not a valid number of milliseconds"],
    ["OTEL_METRIC_EXPORT_INTERVAL", "9999999999", "is not a valid number of milliseconds"],
    ["OTEL_METRIC_EXPORT_TIMEOUT", "-1", "is not a valid number of milliseconds"],
  ])("%s=%s is refused by name", (name, value, problem) => {
    expect(settings({ ...ENDPOINT, [name]: value })).toContain(`${name} '${value}' ${problem}`);
  });

  it.each(["me:pw@collector:4318", "collector:4318/?key=pw", "ftp://me:pw@collector"])(
    "%s is refused without its value, in which a password is",
    (value) => {
      const said = settings({ OTEL_EXPORTER_OTLP_ENDPOINT: value });
      expect(said).toContain("OTEL_EXPORTER_OTLP_ENDPOINT is not a valid URL");
      expect(said).not.toContain("pw");
    },
  );

  it("have secrets in headers and in the endpoint, which are not printed", () => {
    const [token, key, password] = ["a-token/of+the=collector", "key-Vx83kdW03mmPq", "pass-Uq82kdW03mmPz"];
    settings({
      OTEL_EXPORTER_OTLP_ENDPOINT: `https://me:${password}@collector/`,
      OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${encodeURIComponent(token)},x=y`,
      OTEL_EXPORTER_OTLP_METRICS_HEADERS: `api-key=${key}`,
    });
    const said = withoutSecrets([token, encodeURIComponent(token), key, password].join("\n"));
    expect(said).not.toMatch(/of\+the|%2Bthe|Vx83|Uq82/);
    handOut(`Bearer ${token}`, `Bearer%20${encodeURIComponent(token)}`, key, password, `me:${password}`);
    expect(shownEndpoint(`https://me:${password}@collector/v1/metrics?key=${key}`)).toBe(
      "https://collector/v1/metrics",
    );
  });
});
