import { randomUUID } from "node:crypto";
import { OTLPMetricExporter as JsonExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import { OTLPMetricExporter as ProtobufExporter } from "@opentelemetry/exporter-metrics-otlp-proto";
import { detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import {
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from "@opentelemetry/sdk-metrics";
import type { Cluster } from "../../model/cluster.ts";
import type { WatchRecord } from "../watch-metrics.ts";
import { metricProducer } from "./producer.ts";
import type { OtlpSettings } from "./settings.ts";

/** How an export went: `undefined` where it was accepted, else why not. */
export type ExportListener = (failure: string | undefined) => void;

/** An export that goes on until it is stopped. */
export interface MetricExport {
  /** Sends what is known now, and ends; within seconds, whether it arrives or not. */
  readonly stop: () => Promise<void>;
}

/** How long the last export may take. */
const LAST_MS = 2_000;

/** Sends the metrics of a cluster again and again. `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` come before what irsa says. */
export function exportMetrics(
  { url, protocol, intervalMs, timeoutMs }: OtlpSettings,
  { view, durations }: Pick<WatchRecord, "view" | "durations">,
  cluster: Pick<Cluster, "name" | "region" | "awsAccount">,
  listener: ExportListener,
): MetricExport {
  // The exporter's connections are Node's own, which would do without TLS certificates.
  if (process.env["NODE_TLS_REJECT_UNAUTHORIZED"] === "0") process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "1";
  const exporter = protocol === "http/json" ? new JsonExporter({ url }) : new ProtobufExporter({ url });
  const resource = resourceFromAttributes({
    "service.name": "irsa",
    "service.version": view().version,
    "service.instance.id": randomUUID(),
    "k8s.cluster.name": cluster.name,
    "cloud.provider": "aws",
    "cloud.region": cluster.region,
    "cloud.account.id": cluster.awsAccount,
  }).merge(detectResources({ detectors: [envDetector] }));
  const provider = new MeterProvider({
    resource,
    readers: [
      new PeriodicExportingMetricReader({
        exporter: telling(exporter, timeoutMs, listener),
        exportIntervalMillis: intervalMs,
        exportTimeoutMillis: timeoutMs,
        metricProducers: [metricProducer(view, durations)],
      }),
    ],
  });
  return {
    async stop() {
      try {
        await provider.shutdown({ timeoutMillis: LAST_MS });
      } catch {
        // It was told when it failed; nothing can be done at the end.
      }
    },
  };
}

/** The reader gives an export up without a word when it takes too long; a collector may answer in drops. */
function telling(
  exporter: PushMetricExporter,
  timeoutMs: number,
  listener: ExportListener,
): PushMetricExporter {
  return {
    export: (metrics, done) => {
      const late = setTimeout(() => listener(`no answer within ${timeoutMs / 1000} s`), timeoutMs);
      late.unref();
      exporter.export(metrics, (result) => {
        clearTimeout(late);
        listener(result.error && reasonOf(result.error));
        done(result);
      });
    },
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
  };
}

/** Of what the collector says only the status: the rest may be anything. */
function reasonOf({ code, message }: Error & { readonly code?: unknown }): string {
  if (typeof code === "number") return `HTTP ${code}`;
  return typeof code === "string" ? code : message;
}
