import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { cleanEnvironment } from "../environment.ts";
import { openNursery } from "../process.ts";
import { installPackages } from "../python-packages.ts";

const VERSION = "opentelemetry-proto-1.45.2";
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** A value of an attribute. */
export interface OtlpAttribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string };
}

/** One point of a metric; 64-bit numbers are texts. */
export interface OtlpPoint {
  readonly attributes?: readonly OtlpAttribute[];
  readonly asDouble?: number;
  readonly startTimeUnixNano: string;
  readonly timeUnixNano: string;
  readonly count?: string;
  readonly sum?: number;
  readonly bucketCounts?: readonly string[];
  readonly explicitBounds?: readonly number[];
}

/** A metric as OTLP has it. */
export interface OtlpMetric {
  readonly name: string;
  readonly unit?: string;
  readonly gauge?: { readonly dataPoints: readonly OtlpPoint[] };
  readonly sum?: {
    readonly dataPoints: readonly OtlpPoint[];
    readonly isMonotonic: boolean;
    readonly aggregationTemporality: string;
  };
  readonly histogram?: { readonly dataPoints: readonly OtlpPoint[] };
}

/** An export that was received, or the reason why it was refused. */
export interface OtlpExport {
  readonly refused?: string;
  readonly path: string;
  readonly authorization: string | null;
  readonly resourceMetrics: readonly {
    readonly resource: { readonly attributes: readonly OtlpAttribute[] };
    readonly scopeMetrics: readonly { readonly metrics: readonly OtlpMetric[] }[];
  }[];
}

/** A receiver that decodes by OpenTelemetry's own messages, in Python. */
export interface OtlpReceiver {
  readonly url: string;
  readonly exports: readonly OtlpExport[];
  readonly stop: () => Promise<void>;
}

/** Starts one on loopback. @throws Error where Python or the package can't be had */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const nursery = await openNursery(0);
  const python = await installPackages(nursery, VERSION, here("requirements.txt"));
  const child = spawn(python, [here("receiver.py")], {
    env: cleanEnvironment(nursery.folder),
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exports: OtlpExport[] = [];
  const lines = createInterface({ input: child.stdout });
  const [first] = (await once(lines, "line")) as [string];
  lines.on("line", (line) => exports.push(JSON.parse(line) as OtlpExport));
  return {
    url: `http://127.0.0.1:${(JSON.parse(first) as { readonly port: number }).port}`,
    exports,
    async stop() {
      child.kill();
      await once(child, "exit");
      await nursery.close();
    },
  };
}
