// Makes docs/graph.png: the picture of a made fleet, as a browser shows it.
import { rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { pageParts, pageWithin } from "./page.mjs";

const WORK = resolve("node_modules/.cache/irsa");
const SIZE = { width: 1280, height: 1012 };

await build({
  stdin: {
    contents: `export { graphHtml } from "./src/output/graph-html.ts";
      export { sampleFleet } from "./test/page/sample-fleet.ts";
      export { startChromium } from "./test/worlds/chromium.ts";`,
    resolveDir: ".",
  },
  bundle: true,
  platform: "node",
  format: "esm",
  external: ["playwright-core"],
  outfile: `${WORK}/picture.mjs`,
  plugins: [pageWithin(await pageParts())],
});
const { graphHtml, sampleFleet, startChromium } = await import(pathToFileURL(`${WORK}/picture.mjs`).href);
const page = `${WORK}/picture.html`;
writeFileSync(page, graphHtml(sampleFleet()));

const browser = await startChromium();
const tab = await browser.newPage({ viewport: SIZE });
await tab.goto(pathToFileURL(page).href);
await tab.screenshot({ path: "docs/graph.png" });
await browser.close();
for (const file of ["picture.mjs", "picture.html"]) rmSync(`${WORK}/${file}`);
