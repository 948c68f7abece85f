import { execFile } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { answering } from "./answering.ts";
import { cachedFolder } from "./cached.ts";
import { ONE_AT_A_TIME } from "./debian.ts";
import { openNursery, waitFor } from "./process.ts";

/** Debian's packages are unpacked and not installed: that would start their services. */
const FETCH =
  "apt-get update >&2; apt-get download prometheus prometheus-alertmanager && for one in *.deb; do dpkg -x $one .; done && rm *.deb";

/**
 * The folder with Debian's `prometheus`, `prometheus-alertmanager` and `promtool`; the templates of Alertmanager are put where
 * it looks for them, which needs root.
 * @throws Error where they can't be had
 */
export async function prometheusPrograms(): Promise<string> {
  const folder = await cachedFolder("prometheus-debian", async (unfinished) => {
    await mkdir(unfinished);
    await promisify(execFile)("flock", [ONE_AT_A_TIME, "bash", "-c", FETCH], { cwd: unfinished });
  });
  // Debian's Alertmanager has this path compiled in.
  const templates = join("usr", "share", "prometheus", "alertmanager");
  await cp(join(folder, templates), join("/", templates), { recursive: true, force: false });
  return join(folder, "usr", "bin");
}

/** An alert as Alertmanager tells a receiver. */
export interface ToldAlert {
  readonly status: "firing" | "resolved";
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Prometheus with its Alertmanager. */
export interface Monitoring {
  /** Prometheus' address. */
  readonly url: string;
  /** What Alertmanager told its receiver so far. */
  readonly told: readonly ToldAlert[];
  /** The series that a query finds, by Prometheus' API. @throws Error for a query that it refuses */
  readonly query: (expression: string) => Promise<readonly { readonly value: readonly [number, string] }[]>;
  readonly stop: () => Promise<void>;
}

/**
 * Scrapes a target every second, with these rules, whose alerts need not wait as long as theirs.
 * @param target as `127.0.0.1:9099`
 */
export async function startMonitoring(target: string, rules: string): Promise<Monitoring> {
  const programs = await prometheusPrograms();
  const nursery = await openNursery(0);
  const told: ToldAlert[] = [];
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { alerts } = JSON.parse(await text(request)) as { readonly alerts: readonly ToldAlert[] };
    told.push(...alerts);
    response.end();
  };
  const receiver = createServer(answering(receive));
  receiver.listen(0, "127.0.0.1");
  await once(receiver, "listening");
  const { port: receiving } = receiver.address() as AddressInfo;
  const file = async (name: string, content: object | string): Promise<string> => {
    const path = join(nursery.folder, name);
    await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
    return path;
  };
  const quick = (await readFile(rules, "utf8")).replaceAll(/for: \d+m/g, "for: 1s");
  const ofManager = await file("alertmanager.yml", {
    route: { receiver: "test", group_wait: "1s", group_interval: "1s", group_by: ["..."] },
    receivers: [
      { name: "test", webhook_configs: [{ url: `http://127.0.0.1:${receiving}/`, send_resolved: true }] },
    ],
  });
  // Each listens on a port of its own choice, and says which.
  const start = async (program: string, config: string, ...more: readonly string[]): Promise<string> => {
    const child = nursery.start({
      program: join(programs, program),
      arguments: [`--config.file=${config}`, "--web.listen-address=127.0.0.1:0", ...more],
    });
    const listening = /msg="Listening on".* address=(127\.0\.0\.1:\d+)/;
    const seconds = 240;
    const host = await waitFor(
      `${program} listened`,
      [child],
      () => listening.exec(child.stderr())?.[1],
      seconds,
    );
    const isReady = async (): Promise<boolean> => (await fetch(`http://${host}/-/ready`)).ok;
    await waitFor(`${program} was ready`, [child], isReady, seconds);
    return host;
  };
  const manager = await start(
    "prometheus-alertmanager",
    ofManager,
    "--cluster.listen-address=",
    `--storage.path=${join(nursery.folder, "alerts")}`,
  );
  const ofPrometheus = await file("prometheus.yml", {
    global: { scrape_interval: "1s", evaluation_interval: "1s" },
    rule_files: [await file("alerts.yml", quick)],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [manager] }] }] },
    scrape_configs: [{ job_name: "irsa", honor_labels: true, static_configs: [{ targets: [target] }] }],
  });
  const series = `--storage.tsdb.path=${join(nursery.folder, "series")}`;
  const url = `http://${await start("prometheus", ofPrometheus, series)}`;
  return {
    url,
    told,
    query: async (expression) => {
      const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(expression)}`);
      if (!answer.ok) throw new Error(await answer.text());
      const { data } = (await answer.json()) as {
        readonly data: { readonly result: readonly { readonly value: readonly [number, string] }[] };
      };
      return data.result;
    },
    stop: async () => {
      await nursery.close();
      receiver.close();
      receiver.closeAllConnections();
    },
  };
}
