import { Counter, Gauge, Histogram, Registry, type RegistryContentType } from "prom-client";
import { AWS_ACCOUNT_FAMILIES } from "./families/aws-account.ts";
import type { Family, MetricsView } from "./family.ts";
import { SERVICE_ACCOUNT_FAMILIES } from "./families/service-accounts.ts";
import { WATCH_FAMILIES } from "./families/watch.ts";

/** Every metric but the histogram. */
export const FAMILIES: readonly Family[] = [
  ...SERVICE_ACCOUNT_FAMILIES,
  ...AWS_ACCOUNT_FAMILIES,
  ...WATCH_FAMILIES,
];

/** The one histogram, which adds up what it is told. */
export function syncDurations(): Histogram {
  return new Histogram({
    name: "irsa_sync_duration_seconds",
    help: "Duration of evaluations, including their reads",
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900],
    registers: [],
  });
}

/** The page and its content type: OpenMetrics for whoever takes it, else the older text format of Prometheus. */
export async function metricsPage(
  view: MetricsView,
  durations: Histogram,
  accept: string,
): Promise<{ readonly type: string; readonly body: string }> {
  const type = accept.includes("application/openmetrics-text")
    ? Registry.OPENMETRICS_CONTENT_TYPE
    : Registry.PROMETHEUS_CONTENT_TYPE;
  return { type, body: await registryOf(view, durations, type).metrics() };
}

/** Everything that is known, for one use: a registry that has written OpenMetrics has renamed its counters. */
export function registryOf(
  view: MetricsView,
  durations: Histogram,
  type: RegistryContentType = Registry.PROMETHEUS_CONTENT_TYPE,
): Registry<RegistryContentType> {
  const registry = new Registry<RegistryContentType>();
  registry.setContentType(type);
  registry.registerMetric(durations);
  for (const family of FAMILIES) register(family, view, registry);
  return registry;
}

function register(
  { name, help, type, labels, samples }: Family,
  view: MetricsView,
  registry: Registry<RegistryContentType>,
): void {
  const all = samples(view);
  // A metric without labels would be 0 where nothing is known.
  if (all.length === 0) return;
  const options = { name, help, labelNames: labels, registers: [registry] };
  const metric = type === "counter" ? new Counter(options) : new Gauge(options);
  for (const [values, value] of all)
    metric.inc(Object.fromEntries(labels.map((label, at) => [label, values[at] ?? ""])), value);
}
