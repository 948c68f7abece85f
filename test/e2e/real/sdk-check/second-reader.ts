import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { cachedFolder } from "../../../worlds/cached.ts";

const SOURCE = fileURLToPath(new URL("second-reader", import.meta.url));
const MODULE = "github.com/google/osv-scalibr";

/** A file for the second reader: which kind of file it is, by the name that such files have. */
export interface KindedFile {
  readonly kind: string;
  readonly path: string;
}

/** What the second reader makes of a file. */
export interface SecondAnswer {
  readonly path: string;
  readonly packages: readonly {
    readonly name: string;
    readonly version: string;
    readonly groups?: readonly string[];
  }[];
  readonly error?: string;
}

/** The extractors of OSV-SCALIBR, which share no line with ours; built once, as Go has its caches and proxies in the environment. */
export async function readWithSecondReader(files: readonly KindedFile[]): Promise<SecondAnswer[]> {
  const folder = await built();
  const child = spawn(join(folder, "second-reader"), { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(files.map(({ kind, path }) => `${kind}\t${path}\n`).join(""));
  const lines = (await text(child.stdout)).trim().split("\n");
  return lines.map((line) => JSON.parse(line) as SecondAnswer);
}

/** The folder of sample files that come with the second reader, by the path of its extractor. */
export async function samplesOf(extractor: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)("go", ["list", "-m", "-f", "{{.Dir}}", MODULE], {
    cwd: SOURCE,
  });
  const folder = join(stdout.trim(), "extractor", "filesystem", extractor, "testdata");
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

async function built(): Promise<string> {
  const hash = createHash("sha256");
  for (const name of readdirSync(SOURCE).toSorted()) hash.update(readFileSync(join(SOURCE, name)));
  return cachedFolder(`second-reader-${hash.digest("hex").slice(0, 12)}`, async (folder) => {
    await mkdir(folder);
    await promisify(execFile)("go", ["build", "-o", join(folder, "second-reader"), "."], { cwd: SOURCE });
  });
}
