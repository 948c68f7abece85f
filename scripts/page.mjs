// Bundles src/page for the browser, as the module that takes the place of src/output/page-parts.ts.
import { build } from "esbuild";
import { noticesOf } from "./third-party-notices.mjs";

/** The file whose place the bundle takes. */
export const PAGE_PARTS = /\/src\/output\/page-parts\.ts$/;

/** dagre's own bundle has graphlib in it, so that esbuild does not see it. */
export const WITHIN_DAGRE = "node_modules/@dagrejs/graphlib";

/** @returns the module's text, and what esbuild tells of its parts */
export async function pageParts() {
  const common = {
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    legalComments: "none",
    logLevel: "warning",
  };
  const [script, style] = await Promise.all([
    build({
      ...common,
      entryPoints: ["src/page/main.ts"],
      format: "iife",
      charset: "utf8",
      // Browsers of 2023 and later.
      target: ["chrome111", "firefox121", "safari16.4"],
    }),
    build({
      ...common,
      entryPoints: ["src/page/page.css"],
      target: ["chrome111", "firefox121", "safari16.4"],
    }),
  ]);
  const parts = {
    PAGE_SCRIPT: script.outputFiles[0].text.trim(),
    PAGE_STYLE: style.outputFiles[0].text.trim(),
    PAGE_NOTICES: noticesOf(script.metafile, [WITHIN_DAGRE]),
  };
  const contents = Object.entries(parts)
    .map(([name, text]) => `export const ${name} = ${JSON.stringify(text)};`)
    .join("\n");
  return { contents, metafile: script.metafile };
}

/**
 * @param contents the module's text
 * @returns a plugin of esbuild that puts it into its place
 */
export function pageWithin({ contents }) {
  return {
    name: "page-within",
    setup({ onLoad }) {
      onLoad({ filter: PAGE_PARTS }, () => ({ contents, loader: "js" }));
    },
  };
}
