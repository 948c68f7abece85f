// Bundles bench/ with the sandbox's sources, which Node can't load as TypeScript, and runs it with the parts that are named.
import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

/** What starts the real control plane looks for its files beside its source. */
const besideSource = {
  name: "beside-source",
  setup(bundle) {
    bundle.onLoad({ filter: /\/test\/worlds\/.*\.ts$/ }, async ({ path }) => ({
      loader: "ts",
      contents: (await readFile(path, "utf8")).replaceAll(
        "import.meta.url",
        JSON.stringify(pathToFileURL(path).href),
      ),
    }));
  },
};

const outfile = "node_modules/.cache/irsa/bench.mjs";
await build({
  entryPoints: ["bench/main.ts"],
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  // The one finds its browser beside itself, the other its program.
  external: ["playwright-core", "esbuild"],
  // What CommonJS packages call.
  banner: {
    js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
  },
  plugins: [besideSource],
  logLevel: "warning",
});
const env = { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };
const { status } = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], {
  env,
  stdio: "inherit",
});
process.exitCode = status ?? 1;
