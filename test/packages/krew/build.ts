import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { cachedFolder } from "../../worlds/cached.ts";

const run = promisify(execFile);
const MODULE = import.meta.dirname;

/** The path of a program of krew's, built from the module in this folder, once into the user's cache. */
export async function buildKrew(program: "krew" | "validate-krew-manifest"): Promise<string> {
  const hash = createHash("sha256");
  for (const name of ["go.mod", "go.sum"]) hash.update(await readFile(join(MODULE, name)));
  const made = await cachedFolder(`krew-${hash.digest("hex").slice(0, 12)}`, async (unfinished) => {
    await mkdir(unfinished);
    const build = ["build", "-trimpath", "-o", `${unfinished}/`, "sigs.k8s.io/krew/cmd/..."];
    await run("go", build, { cwd: MODULE, env: { ...process.env, CGO_ENABLED: "0" } });
  });
  return join(made, program);
}
