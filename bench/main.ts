import { cpus } from "node:os";
import { auditTable } from "./audit.ts";
import { fleetTable, largeFileTable } from "./fleet.ts";
import { monorepoTable } from "./monorepo.ts";
import { median, peakMemory, timeOnce, type Timing } from "./measure.ts";
import { longestChain, nameOf } from "./path.ts";
import { pictureTable } from "./picture.ts";
import { sideBySideTable } from "./side-by-side.ts";
import { realTable } from "./real.ts";
import { startBenchSandbox, type BenchSandbox } from "./sandbox.ts";
import { BARE, installedTools, IRSA, jobsIn, STARTS, type Subject } from "./subjects.ts";
import { table } from "./table.ts";
import { targetsTable } from "./targets.ts";
import { watchTable } from "./watch.ts";

/** Medians are of that many runs. */
const RUNS = Number(process.env["RUNS"] ?? 15);
const MEMORY_RUNS = 3;
/** Milliseconds before every answer. */
const LATENCIES = { low: 25, high: 100 } as const;

/** What can be measured; all of it, unless some are named on the command line. */
const PARTS: Readonly<Record<string, () => Promise<string>>> = {
  runs: runTables,
  audit: auditTable,
  files: fleetTable,
  large: largeFileTable,
  sides: sideBySideTable,
  real: realTable,
  picture: pictureTable,
  monorepo: monorepoTable,
  watch: watchTable,
  targets: targetsTable,
};

/** Measures and prints it as Markdown (docs/performance.md has a run). */
async function main(named: readonly string[]): Promise<void> {
  const model = cpus()[0]?.model ?? "?";
  const day = new Date().toISOString().slice(0, 10);
  console.log(`${day}, ${cpus().length} × ${model}, ${process.platform}, Node ${process.versions.node}.`);
  for (const [name, part] of Object.entries(PARTS))
    if (named.length === 0 || named.includes(name)) console.log(`\n${await part()}`);
}

async function runTables(): Promise<string> {
  const sandbox = await startBenchSandbox(IRSA);
  try {
    const jobs = jobsIn(sandbox);
    const starts = await startsTable([...STARTS, ...jobs, ...installedTools()]);
    return `Medians of ${RUNS} runs, taken in turn.\n\n${starts}\n\n${await slopeTable(jobs, sandbox)}`;
  } finally {
    await sandbox.stop();
  }
}

async function startsTable(subjects: readonly Subject[]): Promise<string> {
  const times = await timingsOf(subjects);
  const wallOf = (subject: Subject): number => median((times.get(subject) ?? []).map(({ wall }) => wall));
  const rows = [];
  for (const subject of subjects) {
    const cpu = median((times.get(subject) ?? []).map((one) => one.cpu));
    const wall = wallOf(subject);
    const memory = await memoryOf(subject);
    rows.push([subject.name, ms(wall), `${(wall / wallOf(BARE)).toFixed(2)} ×`, ms(cpu), memory]);
  }
  return table(["without latency", "wall", "vs. bare Node", "CPU", "peak memory"], rows);
}

/** In turn, so that whatever else the machine does falls on all alike. */
async function timingsOf(subjects: readonly Subject[]): Promise<ReadonlyMap<Subject, readonly Timing[]>> {
  const times = new Map<Subject, Timing[]>(subjects.map((subject) => [subject, []]));
  for (let run = 0; run < RUNS; run += 1) {
    for (const [subject, own] of times) {
      await subject.prepare();
      own.push(await timeOnce(subject.command()));
    }
  }
  return times;
}

async function memoryOf(subject: Subject): Promise<string> {
  const peaks: number[] = [];
  for (let run = 0; run < MEMORY_RUNS; run += 1) {
    await subject.prepare();
    const peak = await peakMemory(subject.command());
    if (peak !== undefined) peaks.push(peak);
  }
  return peaks.length === 0 ? "–" : `${median(peaks).toFixed(0)} MB`;
}

/** How much of each call's latency is felt: 1 where a command waits only for calls that must wait for one another. */
async function slopeTable(jobs: readonly Subject[], sandbox: BenchSandbox): Promise<string> {
  await sandbox.setLatency(LATENCIES.low);
  const low = await timingsOf(jobs);
  await sandbox.setLatency(LATENCIES.high);
  const high = await timingsOf(jobs);
  const rows = [];
  const chains = [];
  for (const job of jobs) {
    await job.prepare();
    await sandbox.takeCalls();
    await timeOnce(job.command());
    const calls = await sandbox.takeCalls();
    const chain = longestChain(calls);
    const [fast, slow] = [low, high].map((times) => median((times.get(job) ?? []).map(({ wall }) => wall)));
    const felt = (((slow ?? 0) - (fast ?? 0)) * 1000) / (LATENCIES.high - LATENCIES.low);
    const slope = (felt / chain.length).toFixed(2);
    rows.push([job.name, ms(fast ?? 0), ms(slow ?? 0), String(calls.length), String(chain.length), slope]);
    chains.push(`${job.name}: ${chain.map(nameOf).join(" → ")}`);
  }
  const head = ["with latency", `${LATENCIES.low} ms`, `${LATENCIES.high} ms`, "calls", "path", "slope"];
  return [table(head, rows), "", "The paths:", ...chains.map((chain) => `- ${chain}`)].join("\n");
}

function ms(seconds: number): string {
  return `${(seconds * 1000).toFixed(0)} ms`;
}

await main(process.argv.slice(2));
