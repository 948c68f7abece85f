import { execFileSync } from "node:child_process";
import { readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { digestOf } from "../provenance.mjs";
import { archiveName, buildArchive } from "./archives.ts";
import { buildBinaries } from "./binary.ts";
import { writeContents } from "./contents.ts";
import { buildImage, writeImageFolder } from "./image.ts";
import { manifestsOf } from "./manifests.ts";
import { buildLinuxPackages } from "./nfpm.ts";
import { readProduct } from "./product.ts";
import { TARGETS, targetName, type Target } from "./targets.ts";

/** Builds the packages that the command line asks for. */
async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      out: { type: "string", default: "packed" },
      target: { type: "string", multiple: true },
      image: { type: "boolean", default: false },
    },
  });
  const folder = resolve(values.out);
  const targets = targetsOf(values.target ?? TARGETS.map(targetName));
  // The commit's: the packages do not depend on when they are built, except for a few bytes in which Bun's builds differ.
  const date = new Date(
    Number(execFileSync("git", ["log", "-1", "--format=%ct"], { encoding: "utf8" })) * 1000,
  );
  rmSync(folder, { recursive: true, force: true });
  await buildBinaries(folder, targets);
  writeContents(folder);
  for (const target of targets) {
    await buildArchive(folder, target, date);
    if (target.os === "linux") await buildLinuxPackages(folder, target, date);
  }
  if (values.image) await writeImage(folder, targets, date);
  // They name an archive for each target.
  if (targets.length === TARGETS.length) writeManifests(folder);
  const sums = readdirSync(folder)
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => `${digestOf(join(folder, name))}  ${name}\n`);
  writeFileSync(join(folder, "SHA256SUMS"), sums.join(""));
  process.stdout.write(`${values.out}/\n${sums.map((line) => `  ${line}`).join("")}`);
}

/** @throws Error naming the targets that there are, for one that there is not */
function targetsOf(names: readonly string[]): readonly Target[] {
  const known = TARGETS.map(targetName);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Error(`no binary for '${unknown.join("', '")}'; targets: ${known.join(", ")}`);
  }
  return TARGETS.filter((target) => names.includes(targetName(target)));
}

/** The container image of those targets that are for Linux. */
async function writeImage(folder: string, targets: readonly Target[], date: Date): Promise<void> {
  const linux = targets.filter(({ os }) => os === "linux");
  await writeImageFolder(folder, linux);
  await buildImage(folder, linux, date);
}

function writeManifests(folder: string): void {
  const product = readProduct();
  const archives = TARGETS.map((target) => {
    const name = archiveName(target, product.version);
    return { target, name, sha256: digestOf(join(folder, name)) };
  });
  for (const [name, text] of Object.entries(manifestsOf(product, archives)))
    writeFileSync(join(folder, name), text);
}

await main(process.argv.slice(2));
