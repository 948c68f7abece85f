// Makes docs/graph.png: the picture of a made fleet, as a browser shows it.
import { rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { pageParts, pageWithin } from "./page.mjs";

const WORK = resolve("node_modules/.cache/irsa");
const SIZE = { width: 1280, height: 1012 };

const { outputFiles } = await build({
  stdin: {
    contents: `export { graphHtml } from "./src/output/graph-html.ts";
      export { sampleFleet } from "./test/page/sample-fleet.ts";
      export { chromiumPath } from "./test/worlds/chromium.ts";`,
    resolveDir: ".",
  },
  bundle: true,
  platform: "node",
  format: "esm",
  write: false,
  plugins: [pageWithin(await pageParts())],
});
writeFileSync(`${WORK}/picture.mjs`, outputFiles[0].contents);
const { graphHtml, sampleFleet, chromiumPath } = await import(pathToFileURL(`${WORK}/picture.mjs`).href);
const page = `${WORK}/picture.html`;
writeFileSync(page, graphHtml(sampleFleet()));

const browser = await chromium.launch({
  executablePath: await chromiumPath(),
  args: ["--no-sandbox", "--disable-gpu"],
});
const tab = await browser.newPage({ viewport: SIZE });
await tab.goto(pathToFileURL(page).href);
await tab.screenshot({ path: "docs/graph.png" });
await browser.close();
for (const file of ["picture.mjs", "picture.html"]) rmSync(`${WORK}/${file}`);
