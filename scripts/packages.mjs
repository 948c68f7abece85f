// Builds the packages of irsa into packed/: node scripts/packages.mjs [--out FOLDER] [--target OS-ARCH]...
// Its TypeScript is bundled first, as Node 20 can't load it.
import { spawnSync } from "node:child_process";
import { build } from "esbuild";

const outfile = "node_modules/.cache/irsa/packages.mjs";
await build({
  entryPoints: ["scripts/packages/main.ts"],
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  packages: "external",
  logLevel: "warning",
});
const { status } = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: "inherit" });
process.exitCode = status ?? 1;
