import { startLargeWorld } from "./large-world.ts";
import { measureOnce, median, type Usage } from "./measure.ts";
import { startRealCluster } from "./real-cluster.ts";
import { IRSA } from "./subjects.ts";
import { table } from "./table.ts";

const RUNS = Number(process.env["RUNS"] ?? 7);
/** Without a filler: a real API server adds defaults and managedFields, which make 4 KB of JSON and more. */
const SIZE = {
  roles: 5_000,
  serviceAccounts: 10_000,
  pods: Number(process.env["PODS"] ?? 20_000),
  podBytes: 0,
};

const JOBS = {
  "audit -o json": ["audit", "--fail-on", "never", "-o", "json"],
  "graph -o html": ["graph", "-o", "html"],
} as const;

/** The audit's larger world with the cluster in a real API server, of this build and of the one that IRSA_OTHER names, in turn. */
export async function realTable(): Promise<string> {
  const cluster = await startRealCluster(SIZE);
  const world = await startLargeWorld(SIZE, cluster);
  try {
    const rows = [];
    for (const [name, words] of Object.entries(JOBS)) rows.push(...(await rowsOf(name, words, world.env)));
    const kilobytes = async (accept: string) => ((await cluster.podBytes(accept)) / 1024).toFixed(1);
    return [
      table(["real API server", "wall", "CPU", "least", "peak memory", "CPU, to the other"], rows),
      "",
      `A pod has ${await kilobytes("application/json")} KB in JSON, ${await kilobytes("application/vnd.kubernetes.protobuf")} KB in Protobuf.`,
    ].join("\n");
  } finally {
    await world.stop();
    await cluster.stop();
  }
}

async function rowsOf(
  name: string,
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string[][]> {
  const other = process.env["IRSA_OTHER"];
  const builds = [IRSA, ...(other === undefined ? [] : [[process.execPath, other]])];
  const usages = builds.map((): Usage[] => []);
  for (let run = 0; run < RUNS; run += 1)
    for (const [at, build] of builds.entries())
      usages[at]?.push(await measureOnce({ words: [...build, ...words, "--cluster", "bench"], env }));
  const cpuOf = (own: readonly Usage[]): number[] => own.map(({ cpu }) => cpu);
  return usages.map((own, at) => [
    at === 0 ? name : `${name} (other)`,
    `${median(own.map(({ wall }) => wall)).toFixed(2)} s`,
    `${median(cpuOf(own)).toFixed(2)} s`,
    `${Math.min(...cpuOf(own)).toFixed(2)} s`,
    `${median(own.map(({ memory = 0 }) => memory)).toFixed(0)} MB`,
    at === 0 && other !== undefined
      ? median(own.map(({ cpu }, run) => cpu / (usages[1]?.[run]?.cpu ?? Number.NaN))).toFixed(2)
      : "",
  ]);
}
