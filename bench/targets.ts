import { spawn } from "node:child_process";
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { isBusy, isDenied, isSlow, startManyTargets, type ManyTargets } from "./many-targets.ts";
import { IRSA } from "./subjects.ts";
import { table } from "./table.ts";

const SIZE = { clusters: 5, roles: 200, serviceAccounts: 60, pods: 120, podBytes: 2_048 } as const;
/** How many AWS accounts, and how many at the same time: `TARGETS=20,100 CONCURRENCY=8 npm run bench -- targets`. */
const SIZES = numbersIn("TARGETS", "50,200");
const CONCURRENCIES = numbersIn("CONCURRENCY", "32");
/** Milliseconds between two looks at the memory. */
const SAMPLE = 200;

interface Outcome {
  readonly code: number | null;
  readonly wall: number;
  readonly cpu: number;
  /** MB, from the beginning to the end. */
  readonly memory: readonly number[];
  readonly calls: ReadonlyMap<string, number>;
}

/** What an audit of very many clusters takes, and what it takes again where it was killed in the middle. */
export async function targetsTable(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "irsa-bench-"));
  const largest = Math.max(...SIZES);
  const world = await startManyTargets({ ...SIZE, awsAccounts: largest });
  try {
    // What one target takes that no concurrency shortens.
    const alone: number[] = [];
    for (const number of [numbers(largest).find(isSlow), numbers(largest).find(isBusy)])
      if (number !== undefined)
        alone.push((await audit(world, folder, [number], ["--concurrency", "1"])).wall);
    const slowest = Math.max(...alone);
    const rows: string[][] = [];
    for (const awsAccounts of SIZES)
      for (const concurrency of CONCURRENCIES) {
        const words = ["--concurrency", String(concurrency)];
        const outcome = await audit(world, folder, numbers(awsAccounts), words);
        rows.push(cells(awsAccounts, concurrency, outcome, slowest));
      }
    const head = [
      "wall",
      "slowest target",
      "CPU",
      "CPU per 1,000 roles",
      "calls",
      "throttled",
      "memory at ¼, ½, ¾, end",
      "peak",
    ];
    return [
      table([`AWS accounts × ${SIZE.clusters} clusters (slow, busy, denied)`, "at once", ...head], rows),
      "",
      await resumedText(world, folder, largest),
    ].join("\n");
  } finally {
    await world.stop();
    rmSync(folder, { recursive: true });
  }
}

function numbersIn(variable: string, usual: string): readonly number[] {
  return (process.env[variable] ?? usual).split(",").map(Number);
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}

function cells(awsAccounts: number, concurrency: number, outcome: Outcome, slowest: number): string[] {
  const { wall, cpu, memory, calls } = outcome;
  const roles = numbers(awsAccounts).filter((one) => !isDenied(one)).length * SIZE.roles;
  const at = [0.25, 0.5, 0.75, 1].map((part) => memory[Math.ceil(memory.length * part) - 1] ?? 0);
  return [
    `${awsAccounts} (${[isSlow, isBusy, isDenied].map((is) => numbers(awsAccounts).filter(is).length).join(", ")})`,
    String(concurrency),
    `${wall.toFixed(1)} s`,
    `${slowest.toFixed(1)} s`,
    `${cpu.toFixed(1)} s`,
    `${((cpu * 1000) / roles).toFixed(2)} s`,
    String(answered(calls)),
    String(calls.get("throttled") ?? 0),
    `${at.map((one) => one.toFixed(0)).join(", ")} MB`,
    `${Math.max(...memory).toFixed(0)} MB`,
  ];
}

/** How many calls were answered with more than that there are too many. */
function answered(calls: Outcome["calls"]): number {
  return [...calls.values()].reduce((sum, one) => sum + one, 0) - (calls.get("throttled") ?? 0);
}

/** The same run, killed when half of the roles are assumed, and then resumed: its answer and its calls. */
async function resumedText(world: ManyTargets, folder: string, awsAccounts: number): Promise<string> {
  const all = numbers(awsAccounts);
  const wide = ["--concurrency", String(CONCURRENCIES[0])];
  const journal = [...wide, "--resume", join(folder, "journal")];
  const whole = await audit(world, folder, all, wide, { answer: "whole.json" });
  const killed = await audit(world, folder, all, journal, { killAt: Math.ceil(awsAccounts / 2) });
  const resumed = await audit(world, folder, all, journal, { answer: "resumed.json" });
  const isSame = answerIn(folder, "whole.json") === answerIn(folder, "resumed.json");
  const missing = missingIn(folder, "whole.json");
  const denied = all.filter(isDenied).length;
  const rows = (
    [
      ["one run", whole],
      ["killed in the middle", killed],
      ["resumed", resumed],
    ] as const
  ).map(([name, { code, wall, cpu, calls, memory }]) => [
    name,
    code === null ? "SIGKILL" : String(code),
    `${wall.toFixed(1)} s`,
    `${cpu.toFixed(1)} s`,
    `${Math.max(...memory).toFixed(0)} MB`,
    String(answered(calls)),
    String(calls.get("aws:AssumeRole") ?? 0),
    String(calls.get("throttled") ?? 0),
  ]);
  const head = ["exit code", "wall", "CPU", "peak memory", "calls", "roles assumed", "throttled"];
  return [
    table([`${awsAccounts * SIZE.clusters} clusters`, ...head], rows),
    "",
    `Denied: ${denied}. Missing in the answer: ${missing}.`,
    `The answer of the resumed run ${isSame ? "is" : "IS NOT"} that of one run, but for the times at which targets were read.`,
  ].join("\n");
}

/** What an answer says is missing, and why. */
function missingIn(folder: string, name: string): string {
  const { result } = JSON.parse(readFileSync(join(folder, name), "utf8")) as {
    readonly result: { readonly missing: readonly { readonly error: { readonly message: string } }[] };
  };
  const counts = new Map<string, number>();
  for (const { error } of result.missing) counts.set(error.message, (counts.get(error.message) ?? 0) + 1);
  return [...counts].map(([message, count]) => `${count} × ${message}`).join("; ");
}

/** An answer without the times, which are different in every run. */
function answerIn(folder: string, name: string): string {
  const text = readFileSync(join(folder, name), "utf8");
  return text.replaceAll(/"readAt": "[^"]*"/g, "").replace(/"resumed": (null|\{[^}]*\})/, "");
}

async function audit(
  { env, targetsFile, takeCalls, atRole }: ManyTargets,
  folder: string,
  targets: readonly number[],
  words: readonly string[],
  { killAt, answer = "answer.json" }: { readonly killAt?: number; readonly answer?: string } = {},
): Promise<Outcome> {
  const file = join(folder, "accounts.json");
  writeFileSync(file, targetsFile(targets));
  takeCalls();
  const [program = "", ...first] = IRSA;
  const args = [...first, "audit", "--targets", file, "--fail-on", "never", "-o", "json", "-q", ...words];
  const began = performance.now();
  const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  if (killAt !== undefined) atRole(killAt, () => child.kill("SIGKILL"));
  const memory: number[] = [];
  let cpu = 0;
  const timer = setInterval(() => {
    const now = lookAt(child.pid);
    if (now === undefined) return;
    memory.push(now.memory);
    cpu = now.cpu;
  }, SAMPLE);
  const written = pipeline(child.stdout, createWriteStream(join(folder, answer)));
  const code = await new Promise<number | null>((resolve) => child.once("exit", resolve));
  clearInterval(timer);
  await written;
  // 4 is the exit code of an answer that lacks what was denied.
  if (![0, 4, null].includes(code)) throw new Error(`irsa audit ended with ${code}`);
  return { code, wall: (performance.now() - began) / 1000, cpu, memory, calls: takeCalls() };
}

/** What a process has of the memory, in MB, and has had of the processors, in seconds; `undefined` where it is gone. */
function lookAt(pid: number | undefined): { readonly memory: number; readonly cpu: number } | undefined {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    const [user = 0, system = 0] =
      readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ").slice(11, 13).map(Number) ?? [];
    return kilobytes === undefined
      ? undefined
      : { memory: Number(kilobytes) / 1024, cpu: (user + system) / 100 };
  } catch {
    return undefined;
  }
}
