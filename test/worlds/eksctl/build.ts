import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { cachedFolder } from "../cached.ts";

const MODULE = fileURLToPath(new URL(".", import.meta.url));
const PROGRAM = "github.com/weaveworks/eksctl/cmd/eksctl";
/** As a release has it: without this, it calls itself a development build. */
const RELEASED = "-X github.com/weaveworks/eksctl/pkg/version.PreReleaseID=";
const TEN_MEGABYTES = 10 * 1024 * 1024;

/**
 * eksctl itself, built from the module in this folder, which pins its version and what it is made of. Built once into the
 * user's cache; Go has its caches and proxies in the environment.
 * @throws Error with the build's output
 */
export async function buildEksctl(): Promise<string> {
  const hash = createHash("sha256").update(RELEASED);
  for (const name of ["go.mod", "go.sum"]) hash.update(readFileSync(join(MODULE, name)));
  const folder = await cachedFolder(`eksctl-${hash.digest("hex").slice(0, 12)}`, async (unfinished) => {
    await mkdir(unfinished);
    const output = join(unfinished, "eksctl");
    const build = ["build", "-trimpath", "-ldflags", `-s -w ${RELEASED}`, "-o", output, PROGRAM];
    const env = { ...process.env, CGO_ENABLED: "0" };
    await promisify(execFile)("go", build, { cwd: MODULE, env, maxBuffer: TEN_MEGABYTES });
  });
  return join(folder, "eksctl");
}
