import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { archiveName, buildArchive } from "../../scripts/packages/archives.ts";
import { binaryPath } from "../../scripts/packages/binary.ts";
import { contentsPath, writeContents } from "../../scripts/packages/contents.ts";
import { readProduct } from "../../scripts/packages/product.ts";
import { TARGETS, targetName } from "../../scripts/packages/targets.ts";
import { installDebian } from "../worlds/debian.ts";

const run = promisify(execFile);
const DATE = new Date("2026-01-02T03:04:06Z");

let folder: string;

beforeAll(async () => {
  await installDebian("zip", ["zip"]);
  await installDebian("unzip", ["unzip"]);
  folder = await mkdtemp(join(tmpdir(), "irsa-archives-"));
  writeContents(folder);
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

test.each(TARGETS.map((target) => [targetName(target), target] as const))(
  "the archive for %s: the binary and what belongs to it, and the same bytes whenever it is packed",
  async (_, target) => {
    const binary = binaryPath(folder, target);
    const archive = join(folder, archiveName(target, readProduct().version));
    await mkdir(join(binary, ".."));
    await writeFile(binary, "the binary");
    await buildArchive(folder, target, DATE);
    const first = await readFile(archive);
    await utimes(binary, new Date(), new Date());
    await utimes(contentsPath(folder, "LICENSE"), new Date(), new Date());
    await buildArchive(folder, target, DATE);
    expect((await readFile(archive)).equals(first)).toBe(true);

    const list = target.os === "windows" ? ["unzip", "-Z1", archive] : ["tar", "-tzf", archive];
    const { stdout } = await run(list[0] ?? "", list.slice(1));
    const names = stdout.split("\n").filter((name) => name !== "" && !name.endsWith("/"));
    expect(names).toEqual(
      expect.arrayContaining([
        target.os === "windows" ? "irsa.exe" : "irsa",
        "LICENSE",
        "THIRD-PARTY-NOTICES.txt",
        "BUN-NOTICE.txt",
        "completions/irsa",
        "man/irsa-verify.1",
      ]),
    );
  },
);
