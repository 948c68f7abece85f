import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
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
 * Builds the standalone binaries of these targets, `<folder>/<os>-<arch>/irsa` (`irsa.exe`).
 * @throws Error when this machine has no Bun to build with
 */
export async function buildBinaries(folder: string, targets: readonly Target[]): Promise<void> {
  const bun = await bunFor(ownTarget());
  const work = await mkdtemp(join(tmpdir(), "irsa-binary-"));
  try {
    await bundle(join(work, "irsa.cjs"));
    for (const target of targets) {
      const options = [
        `--target=${target.bun}`,
        `--compile-executable-path=${await bunFor(target)}`,
        `--outfile=${resolve(binaryPath(folder, target))}`,
      ];
      const compile = ["build", "--compile", "--bytecode", "--format=cjs", ...NOTHING_FROM_THE_FOLDER];
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

/** The program in one file: what is compiled ahead is found at once, so that nothing is gained by splitting it. */
async function bundle(outfile: string): Promise<void> {
  const { version, homepage } = readProduct();
  const sources = resolve("src/main.ts");
  await build({
    entryPoints: ["bin/irsa.cjs"],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20.19",
    format: "cjs",
    // As scripts/build.mjs has them, and for the same reasons.
    mainFields: ["module", "main"],
    minify: true,
    keepNames: true,
    legalComments: "none",
    logLevel: "warning",
    define: { IRSA_VERSION: JSON.stringify(version), IRSA_HOMEPAGE: JSON.stringify(homepage) },
    plugins: [
      pageWithin(await pageParts()),
      {
        name: "from-sources",
        setup(building) {
          building.onResolve({ filter: /\/dist\/main\.cjs$/ }, () => ({ path: sources }));
        },
      },
    ],
  });
}
