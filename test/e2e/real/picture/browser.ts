import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import type { AccessGraph } from "../../../../src/model/access-graph.ts";
import { graphHtml as graphHtmlOf } from "../../../../src/output/graph-html.ts";
import { hashOf, WHOLE, type View } from "../../../../src/page/data/view.ts";
import { openContext, startChromium } from "../../../worlds/chromium.ts";
import { shownText } from "../../../fakes/shown.ts";

const graphHtml = shownText(graphHtmlOf);

/** The widths that people have: a telephone, a laptop, a large screen. */
export const SIZES = {
  small: { width: 380, height: 800 },
  medium: { width: 1280, height: 800 },
  large: { width: 2560, height: 1440 },
} as const;

/** How the page is opened. */
export interface Opening {
  readonly view?: Partial<View>;
  readonly size?: keyof typeof SIZES;
  readonly scheme?: "light" | "dark";
  /** For a script of the test's own that the page's policy would not allow. */
  readonly bypassCSP?: boolean;
}

/** A page that is open. */
export interface OpenPage {
  readonly page: Page;
  /** What it complained of: errors, broken rules of its policy, all that was written to the console. */
  readonly complaints: readonly string[];
  /** The addresses of all that was asked for. */
  readonly requests: readonly string[];
}

/** A browser with a graph as a file on disk. */
export interface Viewer {
  readonly url: string;
  readonly open: (opening?: Opening) => Promise<OpenPage>;
  readonly close: () => Promise<void>;
}

/** Writes the graph's page into a folder of its own and starts a browser with a profile of its own. */
export async function openViewer(
  content: AccessGraph | string,
  { scrollBars = false } = {},
): Promise<Viewer> {
  const folder = await mkdtemp(join(tmpdir(), "irsa-picture-"));
  const file = join(folder, "graph.html");
  await writeFile(file, typeof content === "string" ? content : graphHtml(content));
  const browser = await startChromium(scrollBars);
  const url = pathToFileURL(file).href;
  return {
    url,
    open: (opening = {}) => openPage(browser, url, opening),
    async close() {
      await browser.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function openPage(
  browser: Browser,
  url: string,
  { view = {}, size = "medium", scheme = "light", bypassCSP = false }: Opening,
): Promise<OpenPage> {
  const context = await openContext(browser, {
    viewport: SIZES[size],
    colorScheme: scheme,
    bypassCSP,
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => requests.push(request.url()));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(`${url}${hashOf({ ...WHOLE, ...view })}`);
  return { page, complaints, requests };
}
