import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { build, type BuildOptions } from "esbuild";
import { mergeChunks } from "../merge-chunks.mjs";
import { pageParts, pageWithin } from "../page.mjs";
import { readProduct } from "./product.ts";
import { bunFor } from "./runtime.ts";
import { ownTarget, targetName, type Target } from "./targets.ts";

const run = promisify(execFile);

/** What a folder's files may not decide: a `.env` or `bunfig.toml` there is somebody else's. */
const NOTHING_FROM_THE_FOLDER = [
  "--no-compile-autoload-dotenv",
  "--no-compile-autoload-bunfig",
  "--no-compile-autoload-tsconfig",
  "--no-compile-autoload-package-json",
];

/**
 * A command runs for a fraction of a second: what it loads is compiled ahead, in parts, and compiled further only where it runs
 * very often (docs/performance.md has the measurements).
 */
const STARTS_FAST = ["--bytecode", "--format=esm", "--splitting", "--compile-jit-policy=100"];

/**
 * Builds the standalone binaries of these targets, `<folder>/<os>-<arch>/irsa` (`irsa.exe`).
 * @throws Error when this machine has no Bun to build with
 */
export async function buildBinaries(folder: string, targets: readonly Target[]): Promise<void> {
  const bun = await bunFor(ownTarget());
  const work = await mkdtemp(join(tmpdir(), "irsa-binary-"));
  try {
    await bundle(work);
    for (const target of targets) {
      const options = [
        `--target=${target.bun}`,
        `--compile-executable-path=${await bunFor(target)}`,
        `--outfile=${resolve(binaryPath(folder, target))}`,
      ];
      const compile = ["build", "--compile", ...STARTS_FAST, ...NOTHING_FROM_THE_FOLDER];
      await run(bun, [...compile, ...options, "irsa.cjs"], { cwd: work });
    }
  } finally {
    await rm(work, { recursive: true });
  }
}

/** Where the binary of a target is. */
export function binaryPath(folder: string, target: Target): string {
  return join(folder, targetName(target), target.os === "windows" ? "irsa.exe" : "irsa");
}

/** The program into this folder: `irsa.cjs` and the ES modules that it loads, each when it is needed. */
async function bundle(folder: string): Promise<void> {
  const { version, homepage } = readProduct();
  const common: BuildOptions = {
    bundle: true,
    platform: "node",
    target: "node20.19",
    // As scripts/build.mjs has them, and for the same reasons.
    mainFields: ["module", "main"],
    legalComments: "none",
    logLevel: "warning",
    define: { IRSA_VERSION: JSON.stringify(version), IRSA_HOMEPAGE: JSON.stringify(homepage) },
    // Not the identifiers: to keep the names of functions nevertheless takes a call for each whenever it is made.
    minifySyntax: true,
    minifyWhitespace: true,
  };
  const split = await build({
    ...common,
    entryPoints: ["src/main.ts"],
    outdir: folder,
    format: "esm",
    splitting: true,
    metafile: true,
    write: false,
    plugins: [pageWithin(await pageParts())],
  });
  await mergeChunks(split, ["src/kubernetes/connect.ts"], { ...common, outdir: folder });
  await build({
    ...common,
    entryPoints: ["bin/irsa.cjs"],
    outfile: join(folder, "irsa.cjs"),
    format: "cjs",
    plugins: [
      {
        name: "main-beside-it",
        setup(building) {
          building.onResolve({ filter: /\/dist\/main\.cjs$/ }, () => ({ path: "./main.js", external: true }));
        },
      },
    ],
  });
}
