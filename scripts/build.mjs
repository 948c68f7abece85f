// Bundles src/ to dist/: main with what every run needs, a chunk for each command and what it alone needs.
import { rmSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const { version } = JSON.parse(readFileSync("package.json", "utf8"));

/** The kube client does not say that its modules have no side effects; so what is unused of it can go. */
const treeShakeKubeClient = {
  name: "tree-shake-kube-client",
  setup({ onResolve, resolve: _, ...api }) {
    onResolve({ filter: /^@kubernetes\/client-node$/ }, async ({ path, resolveDir, kind, pluginData }) => {
      if (pluginData === "done") return undefined;
      const found = await _(path, { resolveDir, kind, pluginData: "done" });
      return { ...found, sideEffects: false };
    });
    onResolve({ filter: /^\./ }, async ({ path, resolveDir, kind, pluginData }) => {
      if (pluginData === "done" || !resolveDir.includes("/@kubernetes/client-node/")) return undefined;
      const found = await _(path, { resolveDir, kind, pluginData: "done" });
      return { ...found, sideEffects: false };
    });
    void api;
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
  minify: true,
  keepNames: true,
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
  define: { IRSA_VERSION: JSON.stringify(version) },
  banner: { js: 'import{createRequire as __require}from"node:module";const require=__require(import.meta.url);' },
  plugins: [treeShakeKubeClient],
});
writeFileSync("dist/meta.json", JSON.stringify(metafile));
