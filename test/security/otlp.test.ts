import { afterEach, expect, onTestFinished, vi } from "vitest";
import { exportMetrics } from "../../src/metrics/otlp/export.ts";
import { watchRecord } from "../../src/metrics/watch-metrics.ts";
import { startApiServer, type ApiServer } from "../kubernetes/api-server.ts";
import { aCluster } from "../fakes/values.ts";
import { PATIENCE } from "../worlds/patience.ts";
import { attack } from "./attack.ts";
import { aFolder } from "./folder.ts";

afterEach(() => vi.unstubAllEnvs());

const TOKEN = "Bearer%20token-of-the-collector";

/** Exports to a server, at the end or after this time, and says what was heard of it. */
async function exportedTo({ url }: ApiServer, intervalMs = 60_000) {
  vi.stubEnv("OTEL_EXPORTER_OTLP_HEADERS", `authorization=${TOKEN}`);
  const record = watchRecord({ version: "0.0.0", pollMs: 60_000, now: Date.now });
  record.noteCluster(aCluster());
  const heard: (string | undefined)[] = [];
  const settings = {
    url: `${url}/v1/metrics`,
    protocol: "http/json",
    intervalMs,
    timeoutMs: intervalMs,
  } as const;
  const { stop } = exportMetrics(settings, record, aCluster(), (failure) => heard.push(failure));
  if (intervalMs < 60_000) await vi.waitFor(() => expect(heard).not.toEqual([]), PATIENCE);
  await stop();
  return heard;
}

/** A server whose certificate only a file verifies, which the environment names if it is to be trusted. */
async function aCollector(
  answer: Parameters<typeof startApiServer>[0],
  isTrusted: boolean,
): Promise<ApiServer> {
  const server = await startApiServer(answer);
  onTestFinished(server.stop);
  const file = aFolder().file("ca.pem", server.caPem);
  if (isTrusted) vi.stubEnv("OTEL_EXPORTER_OTLP_CERTIFICATE", file);
  return server;
}

const ACCEPTED = { status: 200, body: {} };

attack(
  "malicious proxy",
  "H6: take the collector's place where NODE_TLS_REJECT_UNAUTHORIZED=0 is set, to get the headers that watch sends by OTLP",
  {
    attack: async () => {
      vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
      const server = await aCollector(() => ACCEPTED, false);
      const heard = await exportedTo(server);
      expect(server.received).toEqual([]);
      expect(heard.join()).toMatch(/VERIFY|SELF_SIGNED/);
    },
    twin: async () => {
      vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
      const server = await aCollector(() => ACCEPTED, true);
      await exportedTo(server);
      expect(server.received[0]?.headers["authorization"]).toBe(decodeURIComponent(TOKEN));
    },
  },
);

attack(
  "malicious proxy",
  "never answer an export, so that watch does not say that its metrics don't arrive",
  {
    attack: async () => {
      const server = await aCollector(() => new Promise(() => undefined), true);
      expect(await exportedTo(server, 300)).toContain("no answer within 0.3 s");
    },
    twin: async () => {
      const server = await aCollector(() => ACCEPTED, true);
      expect(await exportedTo(server)).toContain(undefined);
    },
  },
);
