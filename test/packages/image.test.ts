import { execFile } from "node:child_process";
import { chown, cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import {
  buildahIn,
  buildImage,
  imageFolder,
  imageName,
  writeImageFolder,
} from "../../scripts/packages/image.ts";
import { readProduct } from "../../scripts/packages/product.ts";
import { ownTarget, TARGETS, targetName } from "../../scripts/packages/targets.ts";
import { STORY } from "../e2e/commands.ts";
import { irsa } from "../e2e/irsa.ts";
import { installDebian } from "../worlds/debian.ts";
import { startWorld } from "../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../worlds/world.ts";

const run = promisify(execFile);
const packages = inject("packages") ?? "";
const USER = 65_532;
const LINUX = TARGETS.filter(({ os }) => os === "linux");

let world: World;
let folder: string;
/** The image's root file system, as buildah mounts it. */
let root: string;
let archive: string;
let buildah: ReturnType<typeof buildahIn>;

beforeAll(async () => {
  await installDebian("buildah", ["buildah"]);
  await installDebian("unshare", ["util-linux"]);
  world = await startWorld();
  folder = await mkdtemp(join(tmpdir(), "irsa-image-"));
  buildah = buildahIn(join(folder, "store"));
  await symlink(join(packages, "contents"), join(folder, "contents"));
  for (const target of LINUX) {
    const name = targetName(target);
    if (name === targetName(ownTarget())) await symlink(join(packages, name), join(folder, name));
    // Of another machine it is packed and not run.
    else {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, "irsa"), "the binary");
    }
  }
  await writeImageFolder(folder, LINUX);
  await buildImage(folder, LINUX, new Date("2026-01-02T03:04:06Z"));
  archive = join(folder, imageName(readProduct().version));
  await buildah("from", "--name", "irsa", `oci-archive:${archive}`);
  root = (await buildah("mount", "irsa")).stdout.trim();
});
afterAll(async () => {
  await world?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a command of the image as Kubernetes does: by its user, without capabilities, on a root file system that is read-only. */
async function contained(args: readonly string[]) {
  const environment = world.environmentOf("admin");
  const home = await mkdtemp(join(root, "home-"));
  await cp(environment["HOME"] ?? "", home, { recursive: true });
  for (const name of [".", ...(await readdir(home, { recursive: true }))])
    await chown(join(home, name), USER, USER);
  const inside = home.slice(root.length);
  const own = Object.entries(environment).map(([name, value]) => [
    name,
    value.replaceAll(environment["HOME"] ?? "", inside),
  ]);
  const script = [
    'for one in proc dev; do mkdir -p "$1/$one"; done',
    'mount --bind "$1" "$1"',
    'for one in proc dev; do mount --rbind "/$one" "$1/$one"; done',
    'mount -o remount,ro,bind "$1"',
    'shift; exec setpriv --no-new-privs chroot "$@"',
  ].join(" && ");
  const enter = ["unshare", "--mount", "sh", "-c", script, "sh", root] as const;
  const chroot = [`--userspec=${USER}:${USER}`, root, "/usr/bin/irsa"];
  return irsa(args, Object.fromEntries(own), { command: [...enter, ...chroot] });
}

describe("installed from the image", () => {
  test("it says its version and its help, started as the image says", async () => {
    const { stdout } = await buildah(
      "run",
      "--isolation",
      "chroot",
      "irsa",
      "--",
      "/usr/bin/irsa",
      "--version",
    );
    expect(stdout).toBe("0.1.0\n");
    expect((await contained(["create-sa", "--help"])).stdout).toContain("--policy-arn");
  });

  test("the story comes true, and verify proves it", async () => {
    expect(await contained(STORY.associate)).toMatchObject({ code: 0 });
    const created = await contained(STORY.create);
    expect(created).toMatchObject({ code: 0 });
    expect(created.stdout).toContain("Ready.");
    const verified = await contained([
      "verify",
      "amazon-cloudwatch/cloudwatch-agent",
      "--cluster",
      CLUSTER_NAME,
    ]);
    expect(verified).toMatchObject({ code: 0 });
    expect(verified.stdout).toMatch(/✓ +trust policy/);
  });

  test("it brings licenses, and neither a shell nor anything else that could be run", async () => {
    const files = (await readdir(imageFolder(folder), { recursive: true, withFileTypes: true }))
      .filter((one) => one.isFile() && one.parentPath.startsWith(join(imageFolder(folder), ownTarget().arch)))
      .map((one) => one.name);
    expect(files.toSorted()).toEqual([
      "BUN-NOTICE.txt",
      "THIRD-PARTY-NOTICES.txt",
      "copyright",
      "copyright",
      "irsa",
      expect.stringMatching(/^ld-linux-/),
      "libc.so.6",
      "libdl.so.2",
      "libm.so.6",
      "libpthread.so.0",
      "nsswitch.conf",
    ]);
  });
});

describe("what the image says of itself", () => {
  test("its user, its entry point and the labels of OCI", async () => {
    const { stdout } = await buildah("inspect", "--type", "container", "irsa");
    const { OCIv1 } = JSON.parse(stdout) as { readonly OCIv1: { readonly config: object } };
    expect(OCIv1.config).toMatchObject({
      User: `${USER}:${USER}`,
      Entrypoint: ["/usr/bin/irsa"],
      Labels: {
        "org.opencontainers.image.version": "0.1.0",
        "org.opencontainers.image.licenses": "Apache-2.0",
        "org.opencontainers.image.revision": expect.stringMatching(/^[0-9a-f]{40}$/),
      },
    });
  });

  test("there is one for each architecture", async () => {
    const { stdout } = await run("tar", ["--extract", "--to-stdout", "--file", archive, "index.json"]);
    const [{ digest }] = (JSON.parse(stdout) as { readonly manifests: [{ readonly digest: string }] })
      .manifests;
    const blob = `blobs/${digest.replace(":", "/")}`;
    const index = await run("tar", ["--extract", "--to-stdout", "--file", archive, blob]);
    const { manifests } = JSON.parse(index.stdout) as {
      readonly manifests: readonly {
        readonly platform: { readonly os: string; readonly architecture: string };
      }[];
    };
    const machines = manifests.map(({ platform }) => `${platform.os}-${platform.architecture}`);
    expect(machines.toSorted()).toEqual(LINUX.map(targetName).toSorted());
  });
});
