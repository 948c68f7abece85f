import { once } from "node:events";
import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { createServer } from "node:net";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { seriesIn, valuesOf } from "../../metrics/exposition.ts";
import { PATIENCE } from "../../worlds/patience.ts";
import { startWorld } from "../../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../../worlds/world.ts";
import { createSa, S3_READ, STORY } from "../commands.ts";
import { EXECUTABLE, irsa } from "../irsa.ts";

let world: World;
let watching: ChildProcess | undefined;
let origin = "";

const run = (args: readonly string[]) => irsa(args, world.environmentOf("admin"));
const page = async () => (await fetch(`${origin}/metrics`)).text();

beforeAll(async () => {
  world = await startWorld();
  expect(await run(STORY.associate)).toMatchObject({ code: 0 });
  expect(await run(createSa("shop/cart", "--policy-arn", S3_READ, "--approve"))).toMatchObject({ code: 0 });
  const args = ["watch", "--cluster", CLUSTER_NAME, "--poll-interval", "10s", "--metrics", "0"];
  watching = spawn(process.execPath, [EXECUTABLE, ...args], {
    env: world.environmentOf("admin"),
    stdio: ["ignore", "ignore", "pipe"],
  });
  const { stderr } = watching;
  if (stderr === null) throw new Error("no stderr");
  for await (const line of createInterface({ input: stderr })) {
    origin = /^metrics: (http:\/\/127\.0\.0\.1:\d+)\/metrics$/.exec(line)?.[1] ?? "";
    if (origin !== "") break;
  }
  stderr.resume();
});
afterAll(async () => {
  watching?.kill("SIGKILL");
  await world?.stop();
});

test("is alive from the beginning, and ready with the first snapshot", async () => {
  expect(await (await fetch(`${origin}/healthz`)).text()).toBe("ok\n");
  await vi.waitFor(async () => expect(await (await fetch(`${origin}/readyz`)).text()).toBe("ok\n"), PATIENCE);
});

test("counts what AWS was asked, and how it went", async () => {
  const asked = valuesOf(await page(), "irsa_aws_requests_total");
  expect(asked).toMatchObject({
    "iam:GetAccountAuthorizationDetails ok": expect.any(Number),
    "iam:GetAccountSummary ok": expect.any(Number),
    "eks:DescribeCluster ok": expect.any(Number),
    "sts:AssumeRoleWithWebIdentity ok": 1,
  });
  world.aws.deny({ action: "iam:GetAccountAuthorizationDetails" });
  await vi.waitFor(async () => {
    const denied = await page();
    expect(valuesOf(denied, "irsa_source_up")).toMatchObject({ iam: 0, eks: 1 });
    expect(valuesOf(denied, "irsa_serviceaccounts")).toMatchObject({ works: 0, unknown: 1 });
  }, PATIENCE);
  expect(valuesOf(await page(), "irsa_aws_requests_total")).toMatchObject({
    "iam:GetAccountAuthorizationDetails access-denied": expect.any(Number),
  });
  world.aws.clearFaults();
  await vi.waitFor(
    async () =>
      expect(valuesOf(await page(), "irsa_serviceaccounts")).toMatchObject({ works: 1, unknown: 0 }),
    PATIENCE,
  );
});

test("has quotas, and no credential of anyone", async () => {
  const text = await page();
  expect(valuesOf(text, "irsa_iam_roles_quota")[""]).toBeGreaterThan(0);
  expect(valuesOf(text, "irsa_trust_policy_quota_characters")).toEqual({ "": 2048 });
  expect(seriesIn(text).find(({ name }) => name === "irsa_cluster_info")?.labels).toMatchObject({
    cluster: CLUSTER_NAME,
  });
  const secrets = Object.entries(world.environmentOf("admin")).filter(([name]) =>
    /SECRET|TOKEN|ACCESS_KEY/.test(name),
  );
  expect(secrets.length).toBeGreaterThan(1);
  expect(secrets.filter(([, value]) => text.includes(value))).toEqual([]);
});

test("ends with its server", async () => {
  if (watching === undefined) throw new Error("not started");
  const ended = once(watching, "close");
  watching.kill("SIGINT");
  expect((await ended)[0]).toBe(130);
  await expect(page()).rejects.toThrow("fetch failed");
});

test("a port in use is an error before anything is read", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const bound = taken.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  world.aws.clearCalls();
  const ended = await run(["watch", "--cluster", CLUSTER_NAME, "--metrics", String(port)]);
  expect(ended).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`error: port ${port} of 127.0.0.1 is in use`),
  });
  expect(world.aws.calls()).toEqual([]);
  taken.close();
});
