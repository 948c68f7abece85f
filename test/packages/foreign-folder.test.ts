import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startWorld } from "../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../worlds/world.ts";
import { irsa } from "../e2e/irsa.ts";

/** What Bun by itself reads in the folder where a program is started, and runs. */
const FILES: Readonly<Record<string, string>> = {
  ".env": "AWS_ENDPOINT_URL_EKS=http://127.0.0.1:1\nAWS_REGION=mars-1\n",
  ".env.local": "AWS_ENDPOINT_URL_EKS=http://127.0.0.1:1\n",
  ".env.production": "AWS_ENDPOINT_URL_EKS=http://127.0.0.1:1\n",
  "bunfig.toml": 'preload = ["./preload.ts"]\n',
  "preload.ts": 'import { writeFileSync } from "node:fs"; writeFileSync("ran", "");\n',
  "package.json": '{ "imports": { "#x": "./preload.ts" } }\n',
  "tsconfig.json": '{ "compilerOptions": { "paths": { "*": ["./preload.ts"] } } }\n',
};

let world: World;
let folder: string;

beforeAll(async () => {
  world = await startWorld();
  folder = await mkdtemp(join(tmpdir(), "irsa-folder-"));
  for (const [name, text] of Object.entries(FILES)) await writeFile(join(folder, name), text);
});
afterAll(async () => {
  await world?.stop();
  await rm(folder, { recursive: true, force: true });
});

test("files of the folder in which irsa is started set nothing and run nothing", async () => {
  const { AWS_REGION: _, ...environment } = world.environmentOf("admin");
  const args = ["associate-oidc", "--cluster", CLUSTER_NAME, "--region", "eu-west-1"];
  const planned = await irsa(args, environment, { cwd: folder });
  expect(planned).toMatchObject({ code: 0, stderr: "" });
  expect(planned.stdout).toContain("+ Provider");
  expect((await readdir(folder)).toSorted()).toEqual(Object.keys(FILES).toSorted());
});
