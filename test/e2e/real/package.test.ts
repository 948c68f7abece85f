import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nodeOfMajor } from "../../worlds/node.ts";
import { startWorld } from "../../worlds/start.ts";
import type { World } from "../../worlds/world.ts";
import { clusterOf } from "../cluster.ts";
import { STORY } from "../commands.ts";
import { installPackage, type Installed } from "../installed.ts";
import { irsa } from "../irsa.ts";
import { withoutWriting } from "../observe-world.ts";

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
