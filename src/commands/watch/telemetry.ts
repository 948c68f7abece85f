import type { ListenAddress } from "../../metrics/listen-address.ts";
import type { OtlpSettings } from "../../metrics/otlp/settings.ts";
import type { WatchRecord } from "../../metrics/watch-metrics.ts";
import type { Cluster } from "../../model/cluster.ts";
import { line } from "../../output/line.ts";
import type { Terminal } from "../../output/terminal.ts";
import { VERSION } from "../../version.ts";

/** To whom a watch tells its metrics. */
export interface TelemetryTo {
  readonly listen: ListenAddress | undefined;
  readonly otlp: OtlpSettings | undefined;
}

/** The metrics of a watch, served and sent. */
export interface Telemetry {
  readonly record: WatchRecord;
  /** Sends them from now on, where that is asked for. */
  readonly begin: (cluster: Cluster) => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Serves metrics, before anything is read; `undefined` if nobody asks for them: then none of their code is loaded.
 * @throws Failure `port-taken`, `not-listening`
 */
export async function openTelemetry(
  { listen, otlp }: TelemetryTo,
  pollMs: number,
  terminal: Terminal,
): Promise<Telemetry | undefined> {
  if (listen === undefined && otlp === undefined) return undefined;
  const { serveMetrics, watchRecord } = await import("../../metrics/watch-metrics.ts");
  const record = watchRecord({ version: VERSION, pollMs, now: Date.now });
  const server = listen && (await serveMetrics(listen, record));
  if (server !== undefined) terminal.say(line`metrics: ${server.origin}/metrics`);
  let stop = async (): Promise<void> => undefined;
  return {
    record,
    async begin(cluster) {
      record.noteCluster(cluster);
      if (otlp !== undefined) stop = await sendMetrics(otlp, record, cluster, terminal);
    },
    async close() {
      server?.close();
      await stop();
    },
  };
}

/** Says once that metrics can't be sent, and once that they can be again. */
async function sendMetrics(
  otlp: OtlpSettings,
  record: WatchRecord,
  cluster: Cluster,
  terminal: Terminal,
): Promise<() => Promise<void>> {
  const [{ exportMetrics }, { shownEndpoint }] = await Promise.all([
    import("../../metrics/otlp/export.ts"),
    import("../../metrics/otlp/settings.ts"),
  ]);
  const endpoint = shownEndpoint(otlp.url);
  terminal.say(line`metrics: sent to ${endpoint} every ${otlp.intervalMs / 1000} s`);
  let isFailing = false;
  return exportMetrics(otlp, record, cluster, (failure) => {
    if (failure === undefined && isFailing) terminal.say(line`metrics are sent to ${endpoint} again`);
    if (failure !== undefined && !isFailing)
      terminal.say(line`metrics can't be sent to ${endpoint}: ${failure}`);
    isFailing = failure !== undefined;
  }).stop;
}
