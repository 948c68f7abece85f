import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startWorld } from "../../worlds/start.ts";
import type { World } from "../../worlds/world.ts";
import { createSa, S3_READ, STORY } from "../commands.ts";
import { irsa, OWN_COMMAND } from "../irsa.ts";

const SCRIPT = fileURLToPath(new URL("../../../bin/kubectl-irsa.cjs", import.meta.url));

let world: World;
let folder: string;
/** As npm, or krew with the binary, puts it on PATH, where kubectl finds its plugins. */
let executable: string;
const [program, ...script] = OWN_COMMAND;
const isBinary = script.length === 0;

beforeAll(async () => {
  world = await startWorld();
  folder = await mkdtemp(join(tmpdir(), "irsa-plugin-"));
  executable = join(folder, "kubectl-irsa");
  await symlink(isBinary ? program : SCRIPT, executable);
});
afterAll(async () => {
  await world?.stop();
  await rm(folder, { recursive: true, force: true });
});

const plugin = (args: readonly string[], path = executable) =>
  irsa(args, world.environmentOf("admin"), {
    command: path === executable && isBinary ? [path] : [process.execPath, path],
  });

describe("as a plugin of kubectl", () => {
  test.each([["--help"], ["-h"], ["help"]])("irsa %s has the name that people type", async (word) => {
    const { code, stdout, stderr } = await plugin([word]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^Usage: kubectl irsa \[options\] \[command\]\n/);
  });

  test("so do the usage and the examples of a command", async () => {
    const { stdout } = await plugin(["sandbox", "run", "--help"]);
    expect(stdout).toMatch(/^Usage: kubectl irsa sandbox run /);
    expect(stdout).toContain("  kubectl irsa sandbox run -- sh ");
    expect(stdout).toContain("sandbox run -- kubectl irsa associate-oidc --cluster");
    expect(stdout).not.toMatch(/(?<!kubectl )irsa (sandbox|associate)/);
    const piped = await plugin(["sdk-check", "--help"]);
    expect(piped.stdout).toContain("| kubectl irsa sdk-check -");
  });

  test("so do the hints for a wrong command line", async () => {
    expect(await plugin(["creat-sa"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("(kubectl irsa --help lists the commands)") as string,
    });
    expect(await plugin(["verify", "--nonsense"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("(kubectl irsa verify --help shows the flags)") as string,
    });
  });

  test("the script itself, as npm starts it on Windows, is the plugin too", async () => {
    expect((await plugin(["--help"], SCRIPT)).stdout).toMatch(/^Usage: kubectl irsa /);
  });

  test("a command that it says to run has that name, for people and in JSON", async () => {
    const words = createSa("shop/cart", "--policy-arn", S3_READ);
    const refused = await plugin(words);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^ +kubectl irsa associate-oidc --cluster /m);
    const { error } = JSON.parse((await plugin([...words, "-o", "json"])).stdout) as {
      error: { command: string; argv: readonly string[] };
    };
    expect(error.command).toMatch(/^kubectl irsa associate-oidc /);
    expect(error.argv.slice(0, 3)).toEqual(["kubectl", "irsa", "associate-oidc"]);
  });

  test("the story comes true", async () => {
    expect(await plugin(STORY.associate)).toMatchObject({ code: 0 });
    const created = await plugin(STORY.create);
    expect(created).toMatchObject({ code: 0 });
    expect(created.stdout).toContain("Ready.");
  });
});

test("under its own name it is irsa, wherever it is", async () => {
  const { stdout } = await irsa(["version", "--help"], world.environmentOf("admin"));
  expect(stdout).toMatch(/^Usage: irsa version /);
});
