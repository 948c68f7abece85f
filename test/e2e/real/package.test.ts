import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nodeOfMajor } from "../../worlds/node.ts";
import { startWorld } from "../../worlds/start.ts";
import type { World } from "../../worlds/world.ts";
import { clusterOf } from "../cluster.ts";
import { STORY } from "../commands.ts";
import { irsa } from "../irsa.ts";
import { withoutWriting } from "../observe-world.ts";

const run = promisify(execFile);
const PROJECT = fileURLToPath(new URL("../../..", import.meta.url));

let folder: string;
let executable: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "irsa-package-"));
  // The project was built for this run; building it again would pull it from under the other tests.
  await run("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], { cwd: PROJECT });
  const archive = (await readdir(folder)).find((name) => name.endsWith(".tgz")) ?? "";
  // Off line: the package brings everything that it needs.
  await run("npm", ["install", "--offline", "--prefix", folder, join(folder, archive)], { cwd: folder });
  executable = join(folder, "node_modules", ".bin", "irsa");
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

test("the package holds what it needs and nothing else", async () => {
  const root = join(folder, "node_modules", "irsa");
  expect((await readdir(root)).toSorted()).toEqual([
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
    "SECURITY.md",
    "bin",
    "dist",
    "docs",
    "package.json",
    "schemas",
  ]);
  expect((await readdir(join(folder, "node_modules"))).filter((name) => !name.startsWith("."))).toEqual([
    "irsa",
  ]);
});

describe.each([20, 24])("installed in an empty folder, under Node %i", (major) => {
  let world: World;
  let node: string;
  beforeAll(async () => {
    node = await nodeOfMajor(major);
    world = await startWorld();
  });
  afterAll(async () => world?.stop());

  const installed = (args: readonly string[]) =>
    irsa(args, world.environmentOf("admin"), { command: [node, executable], cwd: folder });

  test("it says its version and its help, and nothing on stderr", async () => {
    expect(await installed(["--version"])).toEqual({ code: 0, stdout: "0.1.0\n", stderr: "" });
    const help = await installed(["create-sa", "--help"]);
    expect(help).toMatchObject({ code: 0, stderr: "" });
    expect(help.stdout).toContain("--override-existing-serviceaccounts");
  });

  test("the story comes true", async () => {
    const associated = await installed(STORY.associate);
    expect(associated).toMatchObject({ code: 0 });
    expect(associated.stderr).not.toContain("Warning");
    const created = await installed(STORY.create);
    expect(created).toMatchObject({ code: 0 });
    expect(created.stdout).toContain("Ready.");
    expect(created.stderr).not.toContain("Warning");
    const annotations = await clusterOf(world).annotations("amazon-cloudwatch", "cloudwatch-agent");
    expect(annotations).toHaveProperty(["eks.amazonaws.com/role-arn"]);
    expect(await withoutWriting(world, () => installed(STORY.create))).toMatchObject({ code: 0 });
  });
});
