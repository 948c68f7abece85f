import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findKubectl } from "../../worlds/control-plane/binaries.ts";
import { nodeOfMajor } from "../../worlds/node.ts";
import { openNursery } from "../../worlds/process.ts";
import { startWorld } from "../../worlds/start.ts";
import type { World } from "../../worlds/world.ts";
import { clusterOf } from "../cluster.ts";
import { STORY } from "../commands.ts";
import { installPackage, type Installed } from "../installed.ts";
import { irsa } from "../irsa.ts";
import { withoutWriting } from "../observe-world.ts";

const run = promisify(execFile);

let installed: Installed;
let folder: string;
let executable: string;

beforeAll(async () => {
  installed = await installPackage();
  ({ folder } = installed);
  executable = join(folder, "node_modules", ".bin", "irsa");
});
afterAll(async () => installed?.remove());

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
    "monitoring",
    "package.json",
    "schemas",
  ]);
  expect((await readdir(join(folder, "node_modules"))).filter((name) => !name.startsWith("."))).toEqual([
    "irsa",
  ]);
});

test("kubectl itself finds it as its plugin", async () => {
  const nursery = await openNursery(0);
  try {
    const [kubectl, ...first] = await findKubectl(nursery);
    const PATH = `${join(folder, "node_modules", ".bin")}:${process.env["PATH"] ?? ""}`;
    const env = { PATH, HOME: nursery.folder };
    const { stdout } = await run(kubectl, [...first, "irsa", "verify", "--help"], { env });
    expect(stdout).toMatch(/^Usage: kubectl irsa verify /);
  } finally {
    await nursery.close();
  }
});

test("npx runs it without installing it", async () => {
  const archive = (await readdir(folder)).find((name) => name.endsWith(".tgz")) ?? "";
  const env = { PATH: process.env["PATH"] ?? "", HOME: folder, npm_config_offline: "true" };
  const { stdout } = await run("npx", ["--yes", `--package=./${archive}`, "irsa", "--version"], {
    cwd: folder,
    env,
  });
  expect(stdout).toBe("0.1.0\n");
});

describe.each([20, 24])("installed in an empty folder, under Node %i", (major) => {
  let world: World;
  let node: string;
  beforeAll(async () => {
    node = await nodeOfMajor(major);
    world = await startWorld();
  });
  afterAll(async () => world?.stop());

  const run = (args: readonly string[]) =>
    irsa(args, world.environmentOf("admin"), { command: [node, executable], cwd: folder });

  test("it says its version and its help, and nothing on stderr", async () => {
    expect(await run(["--version"])).toEqual({ code: 0, stdout: "0.1.0\n", stderr: "" });
    const help = await run(["create-sa", "--help"]);
    expect(help).toMatchObject({ code: 0, stderr: "" });
    expect(help.stdout).toContain("--override-existing-serviceaccounts");
  });

  test("the story comes true", async () => {
    const associated = await run(STORY.associate);
    expect(associated).toMatchObject({ code: 0 });
    expect(associated.stderr).not.toContain("Warning");
    const created = await run(STORY.create);
    expect(created).toMatchObject({ code: 0 });
    expect(created.stdout).toContain("Ready.");
    expect(created.stderr).not.toContain("Warning");
    const annotations = await clusterOf(world).annotations("amazon-cloudwatch", "cloudwatch-agent");
    expect(annotations).toHaveProperty(["eks.amazonaws.com/role-arn"]);
    expect(await withoutWriting(world, () => run(STORY.create))).toMatchObject({ code: 0 });
  });
});
