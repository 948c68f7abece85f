import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { seriesIn } from "../../../metrics/exposition.ts";
import {
  startOtlpReceiver,
  type OtlpExport,
  type OtlpMetric,
  type OtlpReceiver,
} from "../../../worlds/otlp/receiver.ts";
import { PATIENCE } from "../../../worlds/patience.ts";
import { startSandboxWorld } from "../../../worlds/sandbox-world.ts";
import { CLUSTER_NAME, type World } from "../../../worlds/world.ts";
import { createSa, S3_READ, STORY } from "../../commands.ts";
import { EXECUTABLE, irsa } from "../../irsa.ts";

const SECRET = "Wd83-secret-of-the-collector-kf02";

let world: World;
let receiver: OtlpReceiver;

beforeAll(async () => {
  [world, receiver] = [await startSandboxWorld(), await startOtlpReceiver()];
  for (const args of [STORY.associate, createSa("shop/cart", "--policy-arn", S3_READ, "--approve")])
    expect(await irsa(args, world.environmentOf("admin"))).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await world?.stop();
  await receiver?.stop();
});

function startWatch(more: Readonly<Record<string, string>>): ChildProcess {
  const args = ["watch", "--cluster", CLUSTER_NAME, "--poll-interval", "10s", "--metrics", "0"];
  return spawn(process.execPath, [EXECUTABLE, ...args], {
    env: {
      ...world.environmentOf("admin"),
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${SECRET}`,
      OTEL_METRIC_EXPORT_INTERVAL: "1000",
      ...more,
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
}

const metricsOf = ({ resourceMetrics }: OtlpExport): readonly OtlpMetric[] =>
  resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics));

const attributesOf = (list: OtlpExport["resourceMetrics"][number]["resource"]["attributes"] = []) =>
  Object.fromEntries(list.map(({ key, value }) => [key, value.stringValue ?? ""]));

/** Every series as Prometheus has them, but those that differ from moment to moment. */
function seriesOf(metrics: readonly OtlpMetric[]) {
  return metrics
    .flatMap(
      ({ name, gauge, sum }) =>
        (gauge ?? sum)?.dataPoints.map(({ attributes, asDouble = 0 }) => ({
          name,
          labels: attributesOf(attributes),
          value: asDouble,
        })) ?? [],
    )
    .filter(isSteady)
    .map((one) => JSON.stringify(one))
    .toSorted();
}

const isSteady = ({ name }: { readonly name: string }): boolean =>
  !/^process_|_bucket$|_sum$|_count$|_age_|_timestamp_|requests_total/.test(name);

describe.each(["http/protobuf", "http/json"])("metrics by OTLP (%s)", (protocol) => {
  it("are those of /metrics, with the resource that they are of, as OpenTelemetry's own messages read them", async () => {
    const from = receiver.exports.length;
    const watching = startWatch({
      OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: protocol,
      OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=test,k8s.cluster.name=mine",
      OTEL_SERVICE_NAME: "irsa-watch",
    });
    if (watching.stderr === null) throw new Error("no stderr");
    const said: string[] = [];
    const exited = once(watching, "exit");
    createInterface({ input: watching.stderr }).on("line", (line) => said.push(line));
    const has = (name: string) =>
      receiver.exports
        .slice(from)
        .filter((one) => one.refused === undefined && metricsOf(one).some((metric) => metric.name === name));
    await vi.waitFor(() => expect(has("irsa_serviceaccounts").length).toBeGreaterThan(2), PATIENCE);
    const origin = said.flatMap((line) => /^metrics: (http:\S+)\/metrics$/.exec(line)?.[1] ?? [])[0] ?? "";
    await vi.waitFor(async () => {
      const page = await (await fetch(`${origin}/metrics`)).text();
      const latest = has("irsa_serviceaccounts").at(-1);
      const scraped = seriesIn(page)
        .filter(isSteady)
        .map((one) => JSON.stringify(one))
        .toSorted();
      expect(latest && seriesOf(metricsOf(latest))).toEqual(scraped);
    }, PATIENCE);
    watching.kill("SIGINT");
    await exited;
    const exported = receiver.exports.slice(from);
    expect(exported.filter(({ refused }) => refused !== undefined)).toEqual([]);
    const last = exported.at(-1);
    if (last === undefined) throw new Error("nothing was received");
    expect([last.path, last.authorization]).toEqual(["/v1/metrics", `Bearer ${SECRET}`]);
    expect(attributesOf(last.resourceMetrics[0]?.resource.attributes)).toMatchObject({
      "service.name": "irsa-watch",
      "k8s.cluster.name": "mine",
      "deployment.environment.name": "test",
      "cloud.provider": "aws",
      "cloud.account.id": "111122223333",
    });
    const metrics = metricsOf(last);
    const counter = metrics.find(({ name }) => name === "irsa_aws_requests_total");
    expect(counter?.sum).toMatchObject({
      isMonotonic: true,
      aggregationTemporality: "AGGREGATION_TEMPORALITY_CUMULATIVE",
    });
    const [durations] =
      metrics.find(({ name }) => name === "irsa_sync_duration_seconds")?.histogram?.dataPoints ?? [];
    const counts = (durations?.bucketCounts ?? []).map(Number);
    expect(counts).toHaveLength((durations?.explicitBounds?.length ?? 0) + 1);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(Number(durations?.count));
    expect(Number(durations?.count)).toBeGreaterThan(0);
    expect(said.join("\n")).toContain(`metrics: sent to ${receiver.url}/v1/metrics every 1 s`);
    expect(said.join("\n")).not.toContain("secret-of-the-collector");
  });
});

it("says once that the collector can't be reached, without what is secret, and watches on", async () => {
  const watching = startWatch({
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://user:${SECRET}@127.0.0.1:1`,
    OTEL_METRIC_EXPORT_INTERVAL: "5000",
    OTEL_EXPORTER_OTLP_TIMEOUT: "5000",
  });
  let said = "";
  watching.stderr?.setEncoding("utf8").on("data", (chunk: string) => (said += chunk));
  const failures = () => said.split("\n").filter((line) => line.includes("can't be sent"));
  await vi.waitFor(() => expect(failures()).not.toEqual([]), PATIENCE);
  // It is tried again, and not said again.
  await new Promise((resolve) => setTimeout(resolve, 12_000));
  expect(watching.exitCode).toBeNull();
  const closed = once(watching, "close");
  watching.kill("SIGINT");
  await closed;
  expect(failures()).toEqual(["metrics can't be sent to http://127.0.0.1:1/v1/metrics: ECONNREFUSED"]);
  expect(said).not.toContain("secret-of-the-collector");
});
