import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measureOnce, type Command, type Usage } from "./measure.ts";
import { stringify } from "yaml";
import type { Call } from "./path.ts";
import { startBenchSandbox, type BenchSandbox } from "./sandbox.ts";
import { IRSA } from "./subjects.ts";
import { table } from "./table.ts";

/** How many ServiceAccounts the file has. */
const SERVICE_ACCOUNTS = 500;
/** The same of a large file. */
const LARGE = 3_000;
/** What AWS lets through of IAM's reads, and of its writes: its rates are not published; 20 a second is what others met. */
const THROTTLE = { burst: 100, rate: 20 } as const;

interface Row {
  readonly name: string;
  readonly usage: Usage;
  readonly calls: readonly Call[];
  readonly throttle?: typeof THROTTLE;
}

/** What a file of many ServiceAccounts takes: made, looked at when nothing is to be done, listed; as fast as it goes, and throttled. */
export async function fleetTable(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "irsa-bench-"));
  try {
    const file = join(folder, "fleet.yaml");
    writeFileSync(file, fleetFile(SERVICE_ACCOUNTS));
    const rows = [...(await rowsOf(file, undefined)), ...(await rowsOf(file, THROTTLE))];
    return [
      rowsTable(rows, SERVICE_ACCOUNTS),
      "",
      "The calls that were accepted, and how many were throttled:",
      ...rows.map((row) => `- ${row.name}: ${counted(row.calls)}`),
    ].join("\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function rowsTable(rows: readonly Row[], count: number): string {
  const head = ["wall", "ideal", "wall/ideal", "CPU", "peak memory", "IAM calls", "per ServiceAccount"];
  return table(
    [`${count} ServiceAccounts`, ...head],
    rows.map((row) => cells(row, count)),
  );
}

/** What the plan of a file of thousands takes, in YAML, all to create: more roles than the sandbox's quota lets be made. */
export async function largeFileTable(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "irsa-bench-"));
  const sandbox = await startBenchSandbox(IRSA);
  try {
    const file = join(folder, "large.yaml");
    writeFileSync(file, stringify(JSON.parse(fleetFile(LARGE))));
    const words = [...IRSA, "plan", "-f", file, "--associate-oidc"];
    const row = await rowOf("irsa plan -f, all to create", { words, env: sandbox.env }, sandbox, undefined);
    return rowsTable([row], LARGE);
  } finally {
    await sandbox.stop();
    rmSync(folder, { recursive: true });
  }
}

/** In a sandbox of its own; the buckets are full at the beginning of each command. */
async function rowsOf(file: string, throttle: typeof THROTTLE | undefined): Promise<Row[]> {
  const sandbox = await startBenchSandbox(IRSA);
  try {
    const associate = {
      words: [...IRSA, "associate-oidc", "--cluster", "bench", "--approve"],
      env: sandbox.env,
    };
    await measureOnce(associate);
    const rows: Row[] = [];
    for (const [name, words] of commandsOn(file)) {
      rows.push(await rowOf(name, { words: [...IRSA, ...words], env: sandbox.env }, sandbox, throttle));
    }
    return rows;
  } finally {
    await sandbox.stop();
  }
}

function commandsOn(file: string): (readonly [string, readonly string[]])[] {
  const apply = ["apply", "-f", file, "--approve", "-o", "json"];
  return [
    ["irsa apply -f, all to create", apply],
    ["irsa apply -f, nothing to do", apply],
    ["irsa get-sa", ["get-sa", "--cluster", "bench", "-o", "json"]],
  ];
}

async function rowOf(
  name: string,
  command: Command,
  sandbox: BenchSandbox,
  throttle: typeof THROTTLE | undefined,
): Promise<Row> {
  if (throttle !== undefined) await sandbox.setThrottle(throttle);
  await sandbox.takeCalls();
  const usage = await measureOnce(command);
  const calls = await sandbox.takeCalls();
  return throttle === undefined
    ? { name, usage, calls }
    : { name: `${name}, throttled`, usage, calls, throttle };
}

function cells({ name, usage, calls, throttle }: Row, count: number): string[] {
  const { wall, cpu, memory } = usage;
  const iam = calls.filter(({ service }) => service === "iam").filter(isAnswered).length;
  const ideal = throttle && idealOf(calls, throttle);
  return [
    name,
    `${wall.toFixed(1)} s`,
    ideal === undefined ? "–" : `${ideal.toFixed(1)} s`,
    ideal === undefined || ideal === 0 ? "–" : `${(wall / ideal).toFixed(2)} ×`,
    `${cpu.toFixed(1)} s`,
    memory === undefined ? "–" : `${memory.toFixed(0)} MB`,
    String(iam),
    (iam / count).toFixed(1),
  ];
}

/** Seconds that the buckets alone need for these calls: all reads come before the plan, and all writes after it. */
function idealOf(calls: readonly Call[], { burst, rate }: typeof THROTTLE): number {
  const iam = calls.filter((call) => call.service === "iam" && isAnswered(call));
  const writes = iam.filter(({ write }) => write).length;
  return [writes, iam.length - writes].reduce((sum, count) => sum + Math.max(0, count - burst) / rate, 0);
}

function isAnswered({ errorCode }: Call): boolean {
  return errorCode !== "Throttling";
}

function counted(calls: readonly Call[]): string {
  const names = calls.filter(isAnswered).map(({ service, action }) => `${service}:${action}`);
  const counts = [...new Set(names)].map((one) => `${names.filter((name) => name === one).length} × ${one}`);
  return `${counts.join(", ")}; ${calls.length - names.length} throttled`;
}

function fleetFile(count: number): string {
  const serviceAccounts = Array.from({ length: count }, (_, at) => ({
    metadata: { namespace: `team-${at % 50}`, name: `service-${at}` },
    attachPolicyARNs: ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"],
  }));
  return JSON.stringify({
    apiVersion: "eksctl.io/v1alpha5",
    kind: "ClusterConfig",
    metadata: { name: "bench", region: "eu-west-1" },
    iam: { serviceAccounts: serviceAccounts },
  });
}
