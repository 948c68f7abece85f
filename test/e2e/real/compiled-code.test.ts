import { chmod, lstat, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { nodeOfMajor } from "../../worlds/node.ts";
import { installPackage, type Installed } from "../installed.ts";
import { irsa } from "../irsa.ts";

let installed: Installed;
let root: string;
let kept: string;
let node: string;

beforeAll(async () => {
  installed = await installPackage();
  root = join(installed.folder, "node_modules", "irsa");
  kept = join(root, "node_modules", ".cache", "irsa", "compiled");
  node = await nodeOfMajor(24);
});
afterAll(async () => installed?.remove());
afterEach(() => rm(join(root, "node_modules"), { recursive: true, force: true }));

/** Runs what calls nobody, and answers alike whatever is kept. */
async function run(options: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  const command: readonly [string, ...string[]] = [node, ...options, join(root, "bin", "irsa.cjs")];
  const ended = await irsa(["completion", "bash"], { HOME: installed.folder, ...env }, { command });
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  expect(ended.stdout).toContain("complete");
}

/** The files of compiled code. */
async function files(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

test("what Node has compiled is kept within the package, for its owner alone, and used by the next run", async () => {
  await run();
  expect((await lstat(kept)).mode & 0o777).toBe(0o700);
  const first = await files(kept);
  expect(first.length).toBeGreaterThan(1);
  await run();
  expect(await files(kept)).toEqual(first);
  expect(await readdir(installed.folder)).not.toContain(".cache");
});

test("code that was kept for another text of a file is not used", async () => {
  await run();
  const [folder = ""] = await readdir(kept);
  for (const name of await files(kept)) await writeFile(join(kept, folder, name), "not compiled code");
  await run();
});

test("nothing is kept where Node is told so", async () => {
  await run([], { NODE_DISABLE_COMPILE_CACHE: "1" });
  expect(await files(kept)).toEqual([]);
});

test("nothing is kept in a folder of somebody else", async () => {
  const somebody = join(installed.folder, "somebody.cjs");
  await writeFile(somebody, "const { getuid } = process; process.getuid = () => getuid() + 1;");
  await run(["--require", somebody]);
  expect(await readdir(root)).not.toContain("node_modules");
});

test("nothing is kept where others can write", async () => {
  await mkdir(kept, { recursive: true });
  await chmod(kept, 0o777);
  await run();
  expect(await files(kept)).toEqual([]);
});

test("nothing is written through a link", async () => {
  const elsewhere = await mkdtemp(join(tmpdir(), "irsa-elsewhere-"));
  try {
    await mkdir(join(kept, ".."), { recursive: true });
    await symlink(elsewhere, kept);
    await run();
    expect(await readdir(elsewhere)).toEqual([]);
  } finally {
    await rm(elsewhere, { recursive: true });
  }
});

test("a run that may not write, or finds a file there, runs without", async () => {
  await run(["--permission", "--allow-fs-read=*"]);
  expect(await readdir(root)).not.toContain("node_modules");
  await writeFile(join(root, "node_modules"), "");
  await run();
});
