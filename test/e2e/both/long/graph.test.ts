import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { Ajv } from "ajv";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import schema from "../../../../schemas/irsa-graph.schema.json" with { type: "json" };
import { CLUSTER_NAME, type World } from "../../../worlds/world.ts";
import { startAccessWorld } from "../../access-world.ts";
import { irsa } from "../../irsa.ts";
import { withoutWriting } from "../../observe-world.ts";

let world: World;
let folder: string;

beforeAll(async () => {
  ({ world } = await startAccessWorld());
});
afterAll(async () => world?.stop());
beforeEach(async () => {
  world.aws.clearFaults();
  folder = await mkdtemp(join(tmpdir(), "irsa-graph-test-"));
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

const run = (args: readonly string[], changes: Readonly<Record<string, string>> = {}) =>
  irsa(["graph", "--cluster", CLUSTER_NAME, ...args], { ...world.environmentOf("admin"), ...changes });

interface Picture {
  readonly nodes: readonly {
    readonly id: string;
    readonly kind: string;
    readonly label: string;
    readonly state: string;
    readonly findings: readonly number[];
  }[];
  readonly edges: readonly {
    readonly from: string;
    readonly to: string;
    readonly kind: string;
    readonly state: string;
  }[];
  readonly findings: readonly { readonly rule: string }[];
}

async function picture(...args: readonly string[]): Promise<Picture> {
  return (JSON.parse((await run([...args, "-o", "json"])).stdout) as { result: Picture }).result;
}

describe("graph", () => {
  test("draws the world as it is, writes nothing, reads nothing twice, and exits with 0", async () => {
    const { code, stdout, stderr } = await withoutWriting(world, () => run(["-o", "json"]));
    const { nodes, edges, findings } = (JSON.parse(stdout) as { result: Picture }).result;
    expect(nodes.map(({ kind, label, state }) => `${kind} ${label}: ${state}`)).toEqual([
      `cluster ${CLUSTER_NAME}: dangerous`,
      "namespace shop: broken",
      "workload deployment/cart: works",
      "serviceAccount cart: works",
      "serviceAccount default: idle",
      "serviceAccount gone: idle",
      "serviceAccount web: broken",
      "role admin: dangerous",
      "role cart: works",
      "role gone: broken",
      "role vpc: idle",
      "role wide: idle",
      "policy iam: dangerous",
      "policy queue: idle",
      "policy AmazonS3ReadOnlyAccess: works",
    ]);
    const labels = new Map(nodes.map(({ id, label }) => [id, label]));
    const becoming = edges.filter(({ kind }) => kind === "assumes");
    expect(
      becoming.map(({ from, to, state }) => `${labels.get(from)} > ${labels.get(to)}: ${state}`).toSorted(),
    ).toEqual([
      "cart > cart: works",
      "cart > vpc: unknown",
      `${CLUSTER_NAME} > admin: dangerous`,
      "gone > cart: idle",
      "shop > wide: idle",
      "web > gone: broken",
    ]);
    const web = nodes.find(({ label }) => label === "web");
    expect(web?.findings.map((index) => findings[index]?.rule)).toContain("role-gone");
    expect(stderr).toMatch(
      /^ {2}1 cluster, 1 namespace, 1 workload, 4 ServiceAccounts, 5 roles, 3 policies$/m,
    );
    expect(code).toBe(0);
    const calls = world.aws
      .calls()
      .map(({ service, action, parameters }) => JSON.stringify([service, action, parameters]));
    expect(new Set(calls).size).toBe(calls.length);
  });

  test("holds to its schema", async () => {
    const valid = new Ajv({ validateFormats: false }).compile(schema);
    valid(JSON.parse((await run(["-o", "json"])).stdout));
    expect(valid.errors).toBeNull();
  });

  test("keeps to namespaces, and what they lead to", async () => {
    expect((await picture("-n", "shop")).nodes.map(({ label }) => label)).toContain("AmazonS3ReadOnlyAccess");
    expect(await picture("-n", "nothing,more")).toMatchObject({ nodes: [], edges: [], findings: [] });
    const { stderr } = await run(["-n", "shop,nothing"]);
    expect(stderr).toContain(
      "! nothing in namespace nothing: no ServiceAccount in it has a role, or it does not exist",
    );
  });

  test.each([
    ["dot", /^digraph irsa \{\n/],
    ["mermaid", /^flowchart LR\n/],
    ["html", /^<!doctype html>\n/],
  ])("-o %s answers on stdout, the talk on stderr", async (format, start) => {
    const { code, stdout, stderr } = await run(["-o", format]);
    expect(stdout).toMatch(start);
    expect(stderr).toMatch(/^ {2}ServiceAccounts: 1 broken$/m);
    expect(code).toBe(0);
  });
});

describe("where it goes", () => {
  test("--file: there, whole, and nothing on stdout", async () => {
    const file = join(folder, "irsa.html");
    const { code, stdout, stderr } = await run(["--file", file]);
    expect(await readFile(file, "utf8")).toMatch(/^<!doctype html>\n[^]*<\/html>\n$/);
    expect(stdout).toBe("");
    expect(stderr).toContain(`written to ${file}`);
    expect(code).toBe(0);
  });

  test("--file over one that is there: its rights and a link to it stay", async () => {
    const [file, link] = [join(folder, "old.dot"), join(folder, "link.dot")];
    await writeFile(file, "old", { mode: 0o640 });
    await symlink(file, link);
    await run(["-o", "dot", "--file", link]);
    expect(await readFile(file, "utf8")).toMatch(/^digraph irsa/);
    expect((await stat(file)).mode & 0o777).toBe(0o640);
  });

  test("--file of what is not an ordinary file is written to, not replaced", async () => {
    const pipe = join(folder, "pipe");
    await promisify(execFile)("mkfifo", [pipe]);
    const [text, { code }] = await Promise.all([readFile(pipe, "utf8"), run(["-o", "dot", "--file", pipe])]);
    expect(text).toMatch(/^digraph irsa/);
    expect(code).toBe(0);
    expect((await stat(pipe)).isFIFO()).toBe(true);
  });

  test("--open: a file that nobody else may read, its name given to the opener alone", async () => {
    const path = await openerThat('printf "%s\\n" "$@" > "$TMPDIR/opened"');
    const { code, stdout } = await run(["--open"], { PATH: path, TMPDIR: folder });
    const words = (await readFile(join(folder, "opened"), "utf8")).trimEnd().split("\n");
    const [file = ""] = words;
    expect(words).toHaveLength(1);
    expect(await readFile(file, "utf8")).toMatch(/^<!doctype html>/);
    expect([(await stat(file)).mode & 0o777, (await stat(dirname(file))).mode & 0o777]).toEqual([
      0o600, 0o700,
    ]);
    expect(stdout).toBe("");
    expect(code).toBe(0);
  });

  test("--open with --file: a name that a shell would act on is a name", async () => {
    const path = await openerThat('printf "%s" "$1" > "$TMPDIR/opened"');
    const file = join(folder, "$(touch evil); a 'b'.html");
    expect((await run(["--open", "--file", file], { PATH: path, TMPDIR: folder })).code).toBe(0);
    expect(await readFile(join(folder, "opened"), "utf8")).toBe(file);
  });

  test.each([
    ["fails", "exit 3", "xdg-open exited with 3"],
    ["is not there", undefined, "ENOENT"],
  ])("--open where the opener %s: says where the file is, and exits with 1", async (_, script, message) => {
    const path = await openerThat(script);
    const { code, stderr } = await run(["--open"], { PATH: path, TMPDIR: folder });
    const [, file = ""] = /written to (\S+)/.exec(stderr) ?? [];
    expect(await readFile(file, "utf8")).toMatch(/^<!doctype html>/);
    expect(stderr).toContain(message);
    expect(stderr).toContain("open it in a browser");
    expect(code).toBe(1);
  });

  /** A PATH on which Linux's opener is this script, or is not. */
  async function openerThat(script: string | undefined): Promise<string> {
    const bin = join(folder, "bin");
    await mkdir(bin);
    if (script !== undefined) {
      await writeFile(join(bin, "xdg-open"), `#!/bin/sh\n${script}\n`);
      await chmod(join(bin, "xdg-open"), 0o755);
    }
    return bin;
  }
});

test.each([
  ["a folder for a file", () => ["--file", folder], "is a directory"],
  [
    "a file in a folder that is not there",
    () => ["--file", join(folder, "no", "x.html")],
    "can't be written",
  ],
  ["--open of what is no page", () => ["--open", "-o", "dot"], "--open requires -o html, not dot"],
  ["a namespace that is none", () => ["-n", "A_B"], "is not a valid namespace"],
  [
    "a format that is none",
    () => ["-o", "png"],
    "--output 'png' is not valid; use html, text, json, dot, mermaid",
  ],
])("stops at %s before anything is read", async (_, args, message) => {
  world.aws.clearCalls();
  const { code, stderr } = await run(args());
  expect(stderr).toContain(message);
  expect(code).toBe(2);
  expect(world.aws.calls()).toEqual([]);
});
