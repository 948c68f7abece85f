import { spawnSync } from "node:child_process";
import { basename, dirname } from "node:path";
import { build } from "esbuild";

/** Bundles a script first, as Node 20 can't load TypeScript, and runs it with this process's arguments. */
export async function runTypeScript(entry) {
  const outfile = `node_modules/.cache/irsa/${basename(dirname(entry))}.mjs`;
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    logLevel: "warning",
  });
  const { status } = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: "inherit" });
  process.exitCode = status ?? 1;
}
