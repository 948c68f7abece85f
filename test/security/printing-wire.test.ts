import { afterAll, beforeAll, expect } from "vitest";
import { AUDIENCE_ANNOTATION, ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import { isPrintable } from "../../src/model/printable.ts";
import { clusterOf } from "../e2e/cluster.ts";
import { irsa, type Run } from "../e2e/irsa.ts";
import { FORGED, FORGERIES, HONEST } from "../fakes/forgeries.ts";
import { startWorld } from "../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../worlds/world.ts";
import { attack } from "./attack.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld();
  const { core } = clusterOf(world);
  await core.createNamespace({ body: { metadata: { name: "tenant" } } });
  const serviceAccount = (name: string, annotations: Record<string, string>) =>
    core.createNamespacedServiceAccount({ namespace: "tenant", body: { metadata: { name, annotations } } });
  // A lone surrogate can't be sent.
  const sent = FORGERIES.filter((one) => !/\p{Cs}/u.test(one));
  for (const [at, value] of sent.entries())
    await serviceAccount(`forged-${at}`, { [ROLE_ANNOTATION]: value, [AUDIENCE_ANNOTATION]: value });
  for (const [at, value] of HONEST.entries())
    await serviceAccount(`honest-${at}`, { [ROLE_ANNOTATION]: value, [AUDIENCE_ANNOTATION]: value });
});
afterAll(async () => world?.stop());

const run = (...args: readonly string[]) => irsa(args, world.environmentOf("admin"));
const ON = ["--cluster", CLUSTER_NAME];

/** The page's own script, which has no data in it. */
const OWN_SCRIPT = /<script>.*<\/script>/s;

/** Fails if a line that the process wrote is not printable, speaks in irsa's name, or is a command of a runner. */
function expectHarmless({ stdout, stderr }: Run): void {
  const page = stdout.replace(OWN_SCRIPT, "");
  const bad = `${page}\n${stderr}`.split("\n").filter((line) => {
    const begins = line.trimStart();
    return !isPrintable(line) || begins.startsWith("::") || begins.startsWith(FORGED);
  });
  expect(bad).toEqual([]);
}

const FORGED_0 = ["-n", "tenant", "--name", "forged-0"];

const TOLD: readonly (readonly [what: string, lines: readonly (readonly string[])[]])[] = [
  ["lists", [["get-sa"], ["get-sa", "-o", "wide"], ["get-sa", "-o", "yaml"], ["stale-pods"]]],
  [
    "verdicts",
    [
      ["verify", "--all"],
      ["verify", "--all", "--fix"],
      ["what-can", "tenant/forged-0"],
      ["narrow", "tenant/forged-0"],
    ],
  ],
  ["audits", [["audit"], ["audit", "-o", "markdown"], ["graph", "-o", "mermaid"], ["graph", "-o", "html"]]],
  [
    "plans and refusals",
    [
      ["adopt", "--all"],
      ["create-sa", ...FORGED_0, "--policy-arn", "arn:aws:iam::aws:policy/ReadOnlyAccess"],
      ["create-sa", ...FORGED_0, "--policy-arn", "x\n::add-mask::y", "--debug"],
    ],
  ],
  [
    "refused command lines",
    [["verify", `tenant/x\n${FORGED}`, "--debug"], ["audit", `--x\n::add-mask::y`], [`au\n::add-mask::y`]],
  ],
];

for (const [what, lines] of TOLD)
  attack("cluster tenant", `M3: the built package writes no line of a tenant's in ${what}`, {
    attack: async () => {
      for (const args of lines) expectHarmless(await run(...args, ...ON));
    },
    twin: async () => {
      const { stdout } = await run("get-sa", ...ON, "-o", "wide");
      for (const value of HONEST) expect(stdout).toContain(value);
    },
  });

attack("cluster tenant", "H5: the built package's JSON parses, to what is in the cluster", {
  attack: async () => {
    for (const args of [
      ["get-sa", ...ON, "-o", "json"],
      ["verify", "--all", ...ON, "-o", "json"],
      ["audit", ...ON, "-o", "json"],
      ["audit", ...ON, "-o", "sarif"],
      ["audit", ...ON, "-o", "asff"],
      ["audit", ...ON, "-o", "ocsf"],
      ["graph", ...ON, "-o", "json"],
      ["create-sa", "-n", "tenant", "--name", "forged-3", "--role-only", ...ON, "-o", "json"],
    ]) {
      const ended = await run(...args);
      expectHarmless(ended);
      expect(JSON.parse(ended.stdout)).toBeTypeOf("object");
    }
  },
  twin: async () => {
    const { stdout } = await run("get-sa", "-n", "tenant", ...ON, "-o", "json");
    const { result } = JSON.parse(stdout) as {
      readonly result: { readonly serviceAccounts: readonly { readonly audience: string }[] };
    };
    const audiences = result.serviceAccounts.map(({ audience }) => audience);
    for (const value of HONEST) expect(audiences).toContain(value);
    expect(audiences).toContain(`x\n${FORGED} everything is well`);
  },
});
