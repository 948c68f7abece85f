import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { cachedFolder } from "./cached.ts";

/** A program in Go, and the module that pins its version and what it is made of. */
export interface GoProgram {
  /** Of the program's file, and of its folder in the cache. */
  readonly name: string;
  /** The module's folder, with go.mod, go.sum and, where the program is ours, its sources. */
  readonly module: URL;
  /** The package to build; by default, that of the folder. */
  readonly package?: string;
  /** What the linker sets. */
  readonly linkerFlags?: string;
}

const TEN_MEGABYTES = 10 * 1024 * 1024;

/** Tries what downloads modules for a third time at most: Go asks its proxy but once, and keeps what it has. */
export async function downloading<T>(attempt: () => Promise<T>): Promise<T> {
  return attempt().catch(attempt).catch(attempt);
}

/**
 * A program built once into the user's cache; Go has its caches and proxies in the environment.
 * @throws Error with the build's output
 */
export async function buildGoProgram(program: GoProgram): Promise<string> {
  const { name, module, package: built = ".", linkerFlags = "" } = program;
  const cwd = fileURLToPath(module);
  const hash = createHash("sha256").update(linkerFlags);
  for (const file of readdirSync(cwd).filter((one) => /^go\.(?:mod|sum)$|\.go$/.test(one)))
    hash.update(readFileSync(join(cwd, file)));
  const folder = await cachedFolder(`${name}-${hash.digest("hex").slice(0, 12)}`, async (unfinished) => {
    await mkdir(unfinished);
    const flags = linkerFlags === "" ? [] : ["-ldflags", `-s -w ${linkerFlags}`];
    const build = ["build", "-trimpath", ...flags, "-o", join(unfinished, name), built];
    const env = { ...process.env, CGO_ENABLED: "0" };
    const go = async (...args: readonly string[]) =>
      promisify(execFile)("go", args, { cwd, env, maxBuffer: TEN_MEGABYTES });
    // It downloads what the package is made of.
    await downloading(() => go("list", "-deps", built));
    await go(...build);
  });
  return join(folder, name);
}
