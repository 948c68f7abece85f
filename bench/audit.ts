import { median, peakMemory, timeOnce } from "./measure.ts";
import { startLargeWorld } from "./large-world.ts";
import { IRSA } from "./subjects.ts";
import { table } from "./table.ts";

/** The second is the world in which mkat takes 134–183 s, 151–218 s of CPU and 456–525 MB for 52 calls (v0.3.1). */
const SIZES = [
  { roles: 1_000, serviceAccounts: 2_000, pods: 4_000, podBytes: 4_096 },
  { roles: 5_000, serviceAccounts: 10_000, pods: 20_000, podBytes: 4_096 },
  { roles: 5_000, serviceAccounts: 10_000, pods: 20_000, podBytes: 4_096, wildcards: true },
] as const;
const RUNS = 5;

/** How long an audit of a large AWS account and cluster takes, of the irsa process alone, and what it calls. */
export async function auditTable(): Promise<string> {
  const rows: string[][] = [];
  const notes: string[] = [];
  for (const size of SIZES) {
    const world = await startLargeWorld(size);
    try {
      const command = {
        words: [...IRSA, "audit", "--cluster", "bench", "--fail-on", "never", "-o", "json"],
        env: world.env,
      };
      const times = [];
      for (let run = 0; run < RUNS; run += 1) times.push(await timeOnce(command));
      world.takeCalls();
      const memory = (await peakMemory(command)) ?? 0;
      const calls = world.takeCalls();
      const like = "wildcards" in size ? ", one in four roles with wildcards" : "";
      const name = `${size.roles} roles, ${size.serviceAccounts} ServiceAccounts, ${size.pods} pods${like}`;
      const [wall, cpu] = [median(times.map((one) => one.wall)), median(times.map((one) => one.cpu))];
      const total = [...calls.values()].reduce((sum, number) => sum + number, 0);
      rows.push([
        name,
        `${wall.toFixed(1)} s`,
        `${cpu.toFixed(1)} s`,
        `${memory.toFixed(0)} MB`,
        String(total),
      ]);
      notes.push(`- ${name}: ${[...calls].map(([call, number]) => `${number} × ${call}`).join(", ")}`);
    } finally {
      await world.stop();
    }
  }
  return [
    table(["irsa audit", "wall", "CPU", "peak memory", "calls"], rows),
    "",
    "The calls:",
    ...notes,
  ].join("\n");
}
