import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startWorld } from "../../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../../worlds/world.ts";
import { S3_READ } from "../commands.ts";
import { irsa } from "../irsa.ts";
import { withoutWriting } from "../observe-world.ts";

let world: World;
let folder = "";
beforeAll(async () => {
  world = await startWorld();
  folder = await mkdtemp(join(tmpdir(), "irsa-files-"));
});
afterAll(async () => {
  await world?.stop();
  await rm(folder, { recursive: true, force: true });
});

const run = (...args: readonly string[]) => irsa(args, world.environmentOf("admin"));

async function configFile(name: string, metadata: object): Promise<string> {
  const file = join(folder, name);
  const entry = { metadata: { namespace: "fleet", name: "agent" }, attachPolicyARNs: [S3_READ] };
  const head = { apiVersion: "eksctl.io/v1alpha5", kind: "ClusterConfig" };
  await writeFile(
    file,
    JSON.stringify({ ...head, ...metadata, iam: { withOIDC: true, serviceAccounts: [entry] } }),
  );
  return file;
}

test("plan -f over all clusters plans what plan -f of the cluster does", async () => {
  const { region } = world.aws;
  const everywhere = await configFile("everywhere.json", {});
  const own = await configFile("own.json", { metadata: { name: CLUSTER_NAME, region } });
  const many = await withoutWriting(world, () =>
    run("plan", "-f", everywhere, "--all-clusters", "--region", region, "--exit-code", "-o", "json"),
  );
  expect(many).toMatchObject({ code: 3 });
  const { result } = JSON.parse(many.stdout);
  const alone = JSON.parse((await run("plan", "-f", own, "-o", "json")).stdout);
  expect(result.targets).toMatchObject([{ clusters: [{ plan: alone.plan, ...alone.result }] }]);
});

test("apply -f over all clusters applies what was reviewed, and then plans to no change", async () => {
  const { region } = world.aws;
  const file = await configFile("applied.json", {});
  const where = ["-f", file, "--all-clusters", "--region", region];
  const planned = await run("plan", ...where, "-o", "markdown");
  const [, digest = ""] = /^<!-- irsa-plan \S+ ([0-9a-f]{64}) -->/.exec(planned.stdout) ?? [];
  const refused = await withoutWriting(world, () =>
    run("apply", ...where, "--approve", "--expect-plan", digest.replaceAll(/./g, "0")),
  );
  expect(refused).toMatchObject({ code: 1 });
  const applied = await run("apply", ...where, "--approve", "--wait", "--expect-plan", digest, "-o", "json");
  expect(applied).toMatchObject({ code: 0 });
  const { result } = JSON.parse(applied.stdout);
  expect(result.targets[0].clusters).toMatchObject([
    { state: "done", serviceAccounts: [{ state: "applied", proof: { state: "accepted" } }] },
  ]);
  expect(await run("plan", ...where, "--detect-drift")).toMatchObject({ code: 0 });
});
