import { ValueType, type HrTime } from "@opentelemetry/api";
import { emptyResource } from "@opentelemetry/resources";
import {
  AggregationTemporality,
  DataPointType,
  type Histogram,
  type MetricData,
  type MetricProducer,
} from "@opentelemetry/sdk-metrics";
import type { Histogram as PromHistogram, MetricObjectWithValues, MetricValue } from "prom-client";
import type { MetricsView } from "../family.ts";
import { registryOf } from "../page.ts";

type Collected = MetricObjectWithValues<MetricValue<string>>;
/** prom-client's types leave out that a histogram's values are of series of several names. */
type Value = Collected["values"][number] & { readonly metricName?: string };

/**
 * What Prometheus would be told, as OpenTelemetry has it: the names, labels and values are the registry's, so that there is one truth.
 * What is missing there is missing here.
 */
export function metricProducer(view: () => MetricsView, durations: PromHistogram): MetricProducer {
  return {
    async collect() {
      const seen = view();
      const { now, version, process } = seen;
      const times = { startTime: hrTime(process.startedSeconds * 1000), endTime: hrTime(now) };
      const collected = await registryOf(seen, durations).getMetricsAsJSON();
      const metrics = collected.map((metric) => toMetricData(metric, times));
      const scopeMetrics = [{ scope: { name: "irsa", version }, metrics }];
      return { resourceMetrics: { resource: emptyResource(), scopeMetrics }, errors: [] };
    },
  };
}

interface Times {
  readonly startTime: HrTime;
  readonly endTime: HrTime;
}

function toMetricData({ name, help, type, values }: Collected, times: Times): MetricData {
  const descriptor = { name, description: help, unit: unitOf(name), valueType: ValueType.DOUBLE };
  const common = { descriptor, aggregationTemporality: AggregationTemporality.CUMULATIVE };
  // By its types it is a number; it is a name.
  const kind = String(type);
  if (kind === "histogram")
    return {
      ...common,
      dataPointType: DataPointType.HISTOGRAM,
      dataPoints: [{ ...times, attributes: {}, value: toHistogram(values) }],
    };
  const dataPoints = values.map(({ labels, value }) => ({ ...times, attributes: { ...labels }, value }));
  return kind === "counter"
    ? { ...common, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints }
    : { ...common, dataPointType: DataPointType.GAUGE, dataPoints };
}

/** In Prometheus a bucket counts what is in those below it too. */
function toHistogram(values: readonly Value[]): Histogram {
  const of = (suffix: string): readonly Value[] =>
    values.filter(({ metricName = "" }) => metricName.endsWith(suffix));
  const buckets = of("_bucket");
  const totals = buckets.map(({ value }) => value);
  return {
    buckets: {
      boundaries: buckets.flatMap(({ labels }) => {
        const limit = Number(labels["le"]);
        return Number.isFinite(limit) ? [limit] : [];
      }),
      counts: totals.map((total, at) => total - (totals[at - 1] ?? 0)),
    },
    sum: of("_sum")[0]?.value ?? 0,
    count: of("_count")[0]?.value ?? 0,
  };
}

/** Source: OpenTelemetry semantic conventions, instrument units. */
function unitOf(name: string): string {
  if (/_seconds(?:_total)?$/.test(name)) return "s";
  return name.endsWith("_bytes") ? "By" : "";
}

function hrTime(milliseconds: number): HrTime {
  return [Math.floor(milliseconds / 1000), Math.round((milliseconds % 1000) * 1e6)];
}
