import { execFile } from "node:child_process";
import { readFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { transform } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EXECUTABLE } from "../irsa.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "irsa-test-"));
});
afterAll(async () => rm(folder, { recursive: true }));

/** Runs the executable on a Node that says that it is of this version, and has no `node:` modules if it is older than 14. */
async function runOn(version: string): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const preload = join(folder, "older.cjs");
  const script = `
    Object.defineProperty(process.versions, "node", { value: ${JSON.stringify(version)} });
    Object.defineProperty(process, "version", { value: ${JSON.stringify(`v${version}`)} });
    const Module = require("module");
    const load = Module._load;
    if (${Number.parseInt(version, 10)} < 14)
      Module._load = (name, ...more) => {
        if (name.startsWith("node:")) throw new TypeError("Cannot find module " + name);
        return load(name, ...more);
      };`;
  await writeFile(preload, script);
  return new Promise((resolve) => {
    const args = ["--require", preload, EXECUTABLE, "--version"];
    execFile(process.execPath, args, { env: {} }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

describe("on a Node", () => {
  test.each(["4.9.1", "12.22.12", "18.20.8", "20.18.3"])("that is too old, %s: one line", async (version) => {
    const stderr = `error: irsa needs Node 20.19 or newer, and this is v${version}\n`;
    expect(await runOn(version)).toEqual({ code: 1, stdout: "", stderr });
  });

  test.each(["20.19.0", "22.0.0", "100.1.0"])("that is new enough, %s: it runs", async (version) => {
    expect(await runOn(version)).toMatchObject({ code: 0, stderr: "" });
  });
});

test("it names the version that package.json asks for", async () => {
  const { engines } = JSON.parse(await readFile("package.json", "utf8")) as { engines: { node: string } };
  const [, major, minor] = /^>=(\d+)\.(\d+)$/.exec(engines.node) ?? [];
  expect(await readFile(EXECUTABLE, "utf8")).toContain(`const NEEDED = [${major}, ${minor}];`);
});

test("Node 4 can parse it: nothing in it needs to be rewritten for 2015, and it has none of what came after Node 4", async () => {
  const code = await readFile(EXECUTABLE, "utf8");
  // esbuild drops it without a word: a comma behind the last argument is of 2017, and Node 4 to 7 stop at it.
  expect(code).not.toMatch(/,\s*\)/);
  const written = async (target: string) => (await transform(code, { target, format: "cjs" })).code;
  expect(await written("es2015")).toBe(await written("esnext"));
  const supported = {
    destructuring: false,
    "default-argument": false,
    "rest-argument": false,
    "array-spread": false,
  };
  await expect(transform(code, { target: "es2015", supported })).resolves.toMatchObject({ warnings: [] });
});
