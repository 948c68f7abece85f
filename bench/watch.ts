import { setTimeout as sleep } from "node:timers/promises";
import { startLargeWorld, type LargeWorld } from "./large-world.ts";
import { measureOnce, median } from "./measure.ts";
import { IRSA } from "./subjects.ts";
import { table } from "./table.ts";
import { CHANGES, pathOf, storm, type Change } from "./watch-changes.ts";
import { startWatch, type Watched } from "./watched.ts";

const SIZE = { roles: 5_000, serviceAccounts: 10_000, pods: 20_000, podBytes: 4_096, nodes: 1_000 };
const POLL_MS = 60_000;
/** Of so many changes of a kind the median is taken; of those in AWS one is made, which waits for a poll. */
const RUNS = Number(process.env["RUNS"] ?? 5);
const REST_POLLS = 2;
const STORM = { seconds: 60, perMinute: 2_000 };

/** What is watched with: the build, and for a comparison in the same run another one and the standalone binary. */
const BUILDS: readonly (readonly [name: string, words: readonly string[]])[] = [
  ["irsa watch", IRSA],
  ...given("IRSA_BINARY").map((path) => ["the standalone binary", [path]] as const),
  ...given("IRSA_OTHER").map((path) => ["the other build", [process.execPath, path]] as const),
];

function given(variable: string): readonly string[] {
  const value = process.env[variable];
  return value === undefined ? [] : [value];
}

/** What a watch of a large cluster takes to begin, at rest, for a change and for many, beside a fresh audit of the same. */
export async function watchTable(): Promise<string> {
  const world = await startLargeWorld(SIZE);
  try {
    const audit = await auditRow(world);
    const measured = [];
    for (const [name, words] of BUILDS) measured.push(await measureBuild(name, words, world));
    return [
      table(
        ["5,000 roles, 10,000 ServiceAccounts, 20,000 pods on 1,000 nodes", ...FIRST],
        [audit, ...measured.map(({ first }) => first)],
      ),
      "",
      table(
        ["at rest", ...REST],
        measured.map(({ rest }) => rest),
      ),
      "",
      table(
        ["a change", ...measured.flatMap(({ name }) => [`told after (${name})`, "CPU", "AWS calls"])],
        joined(measured),
      ),
      "",
      table(
        [`${STORM.perMinute} changes a minute`, ...STORMY],
        measured.map(({ stormy }) => stormy),
      ),
      "",
      ...measured.map(({ name, calls }) => `- AWS calls of ${name}: ${calls}`),
    ].join("\n");
  } finally {
    await world.stop();
  }
}

const FIRST = ["wall", "CPU", "peak memory", "AWS calls"];
const REST = ["CPU a minute", "heap", "resident"];
const STORMY = ["CPU a minute", "at most resident", "heap after it", "then a change is told after"];

interface Build {
  readonly name: string;
  readonly first: readonly string[];
  readonly rest: readonly string[];
  readonly changes: readonly (readonly string[])[];
  readonly stormy: readonly string[];
  readonly calls: string;
}

async function auditRow(world: LargeWorld): Promise<string[]> {
  const words = [...IRSA, "audit", "--cluster", "bench", "--fail-on", "never", "-o", "json"];
  world.takeCalls();
  const { wall, cpu, memory = 0 } = await measureOnce({ words, env: world.env });
  return ["irsa audit", s(wall), s(cpu), mb(memory), String(sum(awsCalls(world)))];
}

async function measureBuild(name: string, words: readonly string[], world: LargeWorld): Promise<Build> {
  world.takeCalls();
  const begun = performance.now();
  const watch = startWatch([...words, "watch", "--cluster", "bench"], world.env);
  await watch.next(({ event }) => event === "snapshot");
  const [wall, cpu, memory] = [secondsSince(begun), watch.cpu(), watch.resident().most];
  const calls = awsCalls(world);
  const first = [`${name}, until the first state`, s(wall), s(cpu), mb(memory), String(sum(calls))];
  await polled(world);
  const { rest, hourly } = await restOf(name, watch, world);
  const changes = [];
  for (const [what, change] of Object.entries(CHANGES))
    changes.push([what, ...(await changed(change, watch, world))]);
  const stormy = [name, ...(await stormed(watch, world))];
  await watch.stop();
  return { name, first, rest, changes, stormy, calls: `at first ${counted(calls)}; an hour ${hourly}` };
}

/** Until AWS was polled and what it said was evaluated. */
async function polled(world: LargeWorld): Promise<void> {
  world.takeCalls();
  while (awsCalls(world).size === 0) await sleep(250);
  await sleep(10_000);
}

async function restOf(name: string, watch: Watched, world: LargeWorld) {
  const heap = await watch.heap();
  world.takeCalls();
  const [cpu, begun] = [watch.cpu(), performance.now()];
  await sleep(REST_POLLS * POLL_MS);
  const perMinute = ((watch.cpu() - cpu) * 60) / secondsSince(begun);
  const hourly = [...awsCalls(world)].map(([call, count]): [string, number] => [
    call,
    Math.round((count / REST_POLLS) * (3_600_000 / POLL_MS)),
  ]);
  return { rest: [name, s(perMinute), mb(heap), mb(watch.resident().now)], hourly: counted(new Map(hourly)) };
}

/** How long until it is told, the CPU time, and the calls, of the median of some. */
async function changed(change: Change, watch: Watched, world: LargeWorld): Promise<readonly string[]> {
  const measured = [];
  for (let run = 0; run < (change.inAws ? 1 : RUNS); run += 1) {
    await sleep(3_000);
    world.takeCalls();
    const at = 2 + 20 * run;
    const [cpu, begun] = [watch.cpu(), performance.now()];
    const told = change.isTold
      ? watch.next(({ serviceAccount: of }) => of !== undefined && pathOf(of) === pathOf(at))
      : undefined;
    change.act(world, at);
    await told;
    const wall = secondsSince(begun);
    await sleep(told === undefined ? 2_000 : 500);
    measured.push({ wall, cpu: watch.cpu() - cpu, calls: sum(awsCalls(world)) });
  }
  const calls = [...new Set(measured.map((one) => one.calls))].toSorted((one, other) => one - other);
  return [
    change.isTold ? s(median(measured.map(({ wall }) => wall))) : "–",
    s(median(measured.map((one) => one.cpu))),
    calls.join(", "),
  ];
}

async function stormed(watch: Watched, world: LargeWorld): Promise<readonly string[]> {
  const [cpu, begun] = [watch.cpu(), performance.now()];
  await storm(world, STORM);
  const perMinute = ((watch.cpu() - cpu) * 60) / secondsSince(begun);
  const most = watch.resident().most;
  const at = 4_002;
  const told = watch.next(({ serviceAccount: of }) => of !== undefined && pathOf(of) === pathOf(at));
  const after = performance.now();
  CHANGES["a ServiceAccount names a role that does not exist"]?.act(world, at);
  await told;
  const latency = secondsSince(after);
  CHANGES["it names its role again"]?.act(world, at);
  await sleep(5_000);
  return [s(perMinute), mb(most), mb(await watch.heap()), s(latency)];
}

/** A change in one row, for all builds. */
function joined(builds: readonly Build[]): readonly (readonly string[])[] {
  const [first] = builds;
  return (first?.changes ?? []).map(([what = ""], at) => [
    what,
    ...builds.flatMap(({ changes }) => changes[at]?.slice(1) ?? []),
  ]);
}

function secondsSince(begun: number): number {
  return (performance.now() - begun) / 1000;
}

function awsCalls(world: LargeWorld): ReadonlyMap<string, number> {
  return new Map([...world.takeCalls()].filter(([name]) => !name.startsWith("kubernetes:")));
}

function sum(calls: ReadonlyMap<string, number>): number {
  return [...calls.values()].reduce((total, count) => total + count, 0);
}

function counted(calls: ReadonlyMap<string, number>): string {
  return [...calls].map(([name, count]) => `${count} × ${name.replace(/^aws:/, "")}`).join(", ");
}

function s(seconds: number): string {
  return `${seconds.toFixed(2)} s`;
}

function mb(megabytes: number | undefined): string {
  return megabytes === undefined ? "–" : `${megabytes.toFixed(0)} MB`;
}
