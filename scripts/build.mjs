// Bundles src/ to dist/: main with what every run needs, a chunk for each command and what it alone needs.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { noticesOf } from "./third-party-notices.mjs";

const { version } = JSON.parse(readFileSync("package.json", "utf8"));

/** The kube client does not say that its modules have no side effects, so that what is unused of it can go. */
const treeShakeKubeClient = {
  name: "tree-shake-kube-client",
  setup(esbuild) {
    const found = { found: true };
    esbuild.onResolve(
      { filter: /^(@kubernetes\/client-node$|\.)/ },
      async ({ path, resolveDir, kind, pluginData }) => {
        const ofKubeClient = !path.startsWith(".") || resolveDir.includes("/@kubernetes/client-node/");
        if (pluginData === found || !ofKubeClient) return undefined;
        const resolved = await esbuild.resolve(path, { resolveDir, kind, pluginData: found });
        return { ...resolved, sideEffects: false };
      },
    );
  },
};

rmSync("dist", { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: ["src/main.ts"],
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  // The AWS SDK's ES modules: of its CommonJS ones nothing unused can be left out.
  mainFields: ["module", "main"],
  minify: true,
  keepNames: true,
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
  define: { IRSA_VERSION: JSON.stringify(version) },
  banner: {
    js: 'import{createRequire as __require}from"node:module";const require=__require(import.meta.url);',
  },
  plugins: [treeShakeKubeClient],
});
writeFileSync("dist/THIRD-PARTY-NOTICES.txt", noticesOf(metafile));
