import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { startWorld } from "../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../worlds/world.ts";
import { installDebian } from "../worlds/debian.ts";
import { STORY } from "../e2e/commands.ts";
import { irsa } from "../e2e/irsa.ts";

const run = promisify(execFile);
const packages = inject("packages") ?? "";

/** The only file of that ending. */
async function packageOf(ending: string): Promise<string> {
  const [name, ...more] = (await readdir(packages)).filter((one) => one.endsWith(ending));
  expect(more).toEqual([]);
  return join(packages, name ?? ending);
}

/** How a user installs each package, into a folder instead of this machine; gives the folder of the executables. */
const INSTALL: Readonly<Record<string, (root: string) => Promise<string>>> = {
  async npm(root) {
    // The project was built for this run; building it again would pull it from under the other tests.
    const { stdout } = await run("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", root]);
    const install = ["install", "--global", "--offline", "--prefix", root, join(root, stdout.trim())];
    await run("npm", install, { cwd: root });
    return join(root, "bin");
  },
  async archive(root) {
    await run("tar", ["--extract", "--gzip", "--file", await packageOf(".tar.gz"), "--directory", root]);
    await symlink("irsa", join(root, "kubectl-irsa"));
    return root;
  },
  async deb(root) {
    await mkdir(join(root, "var/lib/dpkg/updates"), { recursive: true });
    await mkdir(join(root, "var/lib/dpkg/info"));
    await writeFile(join(root, "var/lib/dpkg/status"), "");
    // The folder has no libc6.
    const options = [`--root=${root}`, "--force-depends", "--force-not-root"];
    await run("dpkg", [...options, "--install", await packageOf(".deb")]);
    return join(root, "usr/bin");
  },
  async rpm(root) {
    await installDebian("rpm", ["rpm"]);
    // Nor has it a glibc; and of an rpm by itself, the paths are absolute.
    await run("rpm", ["--root", root, "--nodeps", "--install", await packageOf(".rpm")]);
    return join(root, "usr/bin");
  },
};

describe.each(Object.keys(INSTALL))("installed from the %s", (kind) => {
  let world: World;
  let root: string;
  let folder: string;

  beforeAll(async () => {
    world = await startWorld();
    root = await mkdtemp(join(tmpdir(), "irsa-root-"));
    folder = (await INSTALL[kind]?.(root)) ?? "";
  });
  afterAll(async () => {
    await world?.stop();
    await rm(root, { recursive: true, force: true });
  });

  const installed = (args: readonly string[], name = "irsa") =>
    irsa(args, world.environmentOf("admin"), { command: [join(folder, name)] });

  test("it says its version and its help", async () => {
    expect(await installed(["--version"])).toEqual({ code: 0, stdout: "0.1.0\n", stderr: "" });
    expect((await installed(["create-sa", "--help"])).stdout).toContain("--policy-arn");
  });

  test("the story comes true, and verify proves it", async () => {
    expect(await installed(STORY.associate)).toMatchObject({ code: 0 });
    const created = await installed(STORY.create);
    expect(created).toMatchObject({ code: 0 });
    expect(created.stdout).toContain("Ready.");
    const verify = ["verify", "amazon-cloudwatch/cloudwatch-agent", "--cluster", CLUSTER_NAME];
    const verified = await installed(verify);
    expect(verified).toMatchObject({ code: 0 });
    expect(verified.stdout).toMatch(/✓ +trust policy/);
  });

  test("it brings licenses; without npm, completions and man pages", async () => {
    const isBinary = kind !== "npm";
    const files = await readdir(root, { recursive: true });
    const named = (ending: string) => files.filter((file) => file.endsWith(ending));
    expect(named("BUN-NOTICE.txt")).toHaveLength(isBinary ? 1 : 0);
    expect(named("THIRD-PARTY-NOTICES.txt")).toHaveLength(1);
    expect([...named("LICENSE"), ...named("copyright")]).toHaveLength(1);
    const [bash, ...more] = [...named("completions/irsa"), ...named("/_irsa"), ...named("/irsa.fish")];
    expect(more).toHaveLength(isBinary ? 2 : 0);
    if (bash !== undefined) await run("bash", ["-n", join(root, bash)]);
    expect([...named("irsa-verify.1"), ...named("irsa-verify.1.gz")]).toHaveLength(isBinary ? 1 : 0);
  });

  test("kubectl finds it as its plugin", async () => {
    expect((await installed(["--help"], "kubectl-irsa")).stdout).toMatch(/^Usage: kubectl irsa /);
  });
});

describe("what a package says of itself", () => {
  test("to dpkg", async () => {
    const { stdout } = await run("dpkg-deb", ["--field", await packageOf(".deb")]);
    expect(stdout).toMatch(/^Package: irsa\nVersion: 0\.1\.0\n/);
    expect(stdout).toMatch(/^Depends: libc6$/m);
    const contents = await run("dpkg-deb", ["--contents", await packageOf(".deb")]);
    expect(contents.stdout).toMatch(/^-rwxr-xr-x root\/root +\d+ [\d-]+ [\d:]+ \.\/usr\/bin\/irsa$/m);
  });

  test("to rpm", async () => {
    await installDebian("rpm", ["rpm"]);
    const { stdout } = await run("rpm", ["--query", "--info", "--package", await packageOf(".rpm")]);
    expect(stdout).toMatch(/^Name +: irsa\nVersion +: 0\.1\.0\nRelease +: 1\n/);
    expect(stdout).toMatch(/^License +: Apache-2\.0$/m);
    const list = await run("rpm", ["--query", "--list", "--package", await packageOf(".rpm")]);
    expect(list.stdout.split("\n")).toEqual(
      expect.arrayContaining(["/usr/bin/irsa", "/usr/bin/kubectl-irsa"]),
    );
  });

  test("SHA256SUMS has the checksum of each", async () => {
    await run("sha256sum", ["--check", "--strict", "SHA256SUMS"], { cwd: packages });
  });
});
