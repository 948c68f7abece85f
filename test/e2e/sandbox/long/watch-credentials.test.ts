import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { PATIENCE } from "../../../worlds/patience.ts";
import { startWorld } from "../../../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../../../worlds/world.ts";
import { createSa, S3_READ, STORY } from "../../commands.ts";
import { invocation, irsa } from "../../irsa.ts";

interface Line {
  readonly result: {
    readonly event: string;
    readonly source?: string;
    readonly reason?: { readonly code: string; readonly message: string } | null;
  };
}

let world: World;
let folder: string;
let watching: ChildProcess | undefined;
const lines: Line[] = [];

beforeAll(async () => {
  world = await startWorld();
  folder = await mkdtemp(join(tmpdir(), "irsa-watch-"));
  const run = (args: readonly string[]) => irsa(args, world.environmentOf("admin"));
  expect(await run(STORY.associate)).toMatchObject({ code: 0 });
  expect(await run(createSa("shop/cart", "--policy-arn", S3_READ, "--approve"))).toMatchObject({ code: 0 });
});
afterAll(async () => {
  watching?.kill("SIGKILL");
  await world?.stop();
  await rm(folder, { recursive: true, force: true });
});

const renewed = async (milliseconds: number): Promise<void> => {
  const { accessKeyId, secretAccessKey } = world.aws.keys.admin;
  const credentials = {
    Version: 1,
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    Expiration: new Date(Date.now() + milliseconds).toISOString(),
  };
  await writeFile(join(folder, "credentials.json"), JSON.stringify(credentials));
};
const sourcesOf = (event: string) =>
  lines.flatMap(({ result }) => (result.event === event ? [result.source ?? ""] : [])).toSorted();
const until = (check: () => void) => vi.waitFor(check, PATIENCE);

test("irsa watch says that credentials have expired and can't be renewed, and goes on when they can", async () => {
  await renewed(90_000);
  const config = join(folder, "config");
  await writeFile(config, `[profile p]\ncredential_process = cat ${join(folder, "credentials.json")}\n`);
  const environment = Object.entries({
    ...world.environmentOf("admin"),
    AWS_CONFIG_FILE: config,
    AWS_PROFILE: "p",
  }).filter(([name]) => !/^AWS_(?:ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)$/.test(name));
  const args = ["watch", "--cluster", CLUSTER_NAME, "--poll-interval", "10s", "-o", "json"];
  watching = spawn(...invocation(args), {
    env: Object.fromEntries(environment),
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (watching.stdout === null) throw new Error("no stdout");
  createInterface({ input: watching.stdout }).on("line", (text) => lines.push(JSON.parse(text) as Line));
  await until(() => expect(lines.map(({ result }) => result.event)).toEqual(["snapshot"]));
  await rm(join(folder, "credentials.json"));
  await until(() => expect(sourcesOf("sourceLost")).toEqual(["eks", "iam"]));
  expect(lines.at(-1)?.result.reason).toMatchObject({
    code: "no-credentials",
    message: "the credential_process of the profile 'p' failed",
  });
  await renewed(3_600_000);
  await until(() => expect(sourcesOf("sourceRestored")).toEqual(["eks", "iam"]));
  expect(lines.map(({ result }) => result.event).toSorted()).toEqual([
    "snapshot",
    ...Array.from({ length: 2 }, () => "sourceLost"),
    ...Array.from({ length: 2 }, () => "sourceRestored"),
  ]);
});
