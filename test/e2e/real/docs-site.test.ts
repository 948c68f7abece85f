import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { buildSite } from "../../../scripts/docs-site/build.ts";
import { ROUTES } from "../../../scripts/docs-site/pages.ts";
import { openContext, startChromium } from "../../worlds/chromium.ts";

/** The site is built for a path of its host, as on most hosts of pages. */
const BASE = "/irsa/";
const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".png": "image/png",
  ".svg": "image/svg+xml",
};

let site: string;
let server: Server;
let browser: Browser;

beforeAll(async () => {
  site = join(await mkdtemp(join(tmpdir(), "irsa-site-")), "site");
  await buildSite(site, BASE);
  server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    const file = fileOf(path);
    if (file === undefined) return void response.writeHead(404).end();
    void readFile(file).then((body) =>
      response.writeHead(200, { "Content-Type": TYPES[extname(file)] ?? "text/plain" }).end(body),
    );
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  browser = await startChromium();
});
afterAll(async () => {
  await browser?.close();
  server?.close();
  await rm(join(site, ".."), { recursive: true, force: true });
});

/** What a plain web server has at that path. */
function fileOf(path: string): string | undefined {
  if (!path.startsWith(BASE)) return undefined;
  const file = join(site, decodeURIComponent(path.slice(BASE.length)).replace(/(^|\/)$/, "$1index.html"));
  return existsSync(file) ? file : undefined;
}

describe("the pages as files", () => {
  const files = () =>
    readdirSync(site, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".html"));
  const html = (file: string) => readFileSync(file, "utf8");
  const attributes = (file: string, pattern: RegExp) =>
    [...html(file).matchAll(pattern)].map(([, value = ""]) => value.replaceAll("&amp;", "&"));

  it("there is one for each page", () => {
    expect(files()).toHaveLength(ROUTES.size + 1);
  });

  it("every link and anchor of them leads somewhere in the site, or to another host by https", () => {
    const broken: string[] = [];
    let links = 0;
    const anchors = new Map<string, ReadonlySet<string>>();
    const anchorsOf = (file: string): ReadonlySet<string> => {
      const known = anchors.get(file) ?? new Set(attributes(file, / id="([^"]*)"/g));
      anchors.set(file, known);
      return known;
    };
    for (const name of files().filter((file) => file !== "404.html")) {
      const page = new URL(name, `http://localhost${BASE}`);
      for (const href of attributes(join(site, name), /<a [^>]*?href="([^"]*)"/g)) {
        links += 1;
        const { protocol, host, pathname, hash } = new URL(href, page);
        if (host !== page.host) {
          if (protocol !== "https:") broken.push(`${name}: ${href}`);
          continue;
        }
        const file = fileOf(pathname);
        const isThere =
          file !== undefined && (hash === "" || anchorsOf(file).has(decodeURIComponent(hash.slice(1))));
        if (!isThere) broken.push(`${name}: ${href}`);
      }
    }
    expect(broken).toEqual([]);
    expect(links).toBeGreaterThan(2000);
  });

  it("none of them loads anything of another host", () => {
    const loaded = files().flatMap((name) =>
      attributes(join(site, name), /<(?:script|img|link|iframe|source)\b[^>]*? (?:src|href)="([^"]*)"/g),
    );
    expect(loaded.length).toBeGreaterThan(200);
    expect(loaded.filter((url) => !url.startsWith(BASE) && url !== "data:,")).toEqual([]);
  });
});

describe("the site in a browser", () => {
  const requests: string[] = [];
  const complaints: string[] = [];

  async function open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await openContext(browser, { viewport: { width: 1280, height: 800 }, ...options });
    const page = await context.newPage();
    page.on("request", (request) => requests.push(request.url()));
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    await page.goto(origin() + BASE + path);
    return page;
  }
  const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    expect(complaints.splice(0)).toEqual([]);
    expect(requests.splice(0).filter((url) => !url.startsWith(origin() + BASE) && url !== "data:,")).toEqual(
      [],
    );
  });

  /** Types into the search and follows the first result. */
  async function search(page: Page, words: string): Promise<void> {
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByRole("searchbox").fill(words);
    await page.locator("#localsearch-list a", { hasText: words }).first().click();
  }

  it.each([
    ["a code of verify", "audience-mismatch", "failure-modes/#audience-mismatch"],
    ["a rule", "node-role-administrator", "rules/node-role-administrator.html"],
    ["a command", "irsa migrate-trust", "commands/#irsa-migrate-trust"],
  ])("finds %s", async (_what, words, path) => {
    const page = await open("");
    await search(page, words);
    const expected = new URL(path, origin() + BASE);
    await page.waitForURL((url) => url.pathname === expected.pathname && url.hash.startsWith(expected.hash));
    await page.locator("main", { hasText: words }).waitFor();
  });

  it("shows braces of a page as they are", async () => {
    const page = await open("tasks/export.html");
    expect(await page.locator("main").textContent()).toContain("{{resolve:");
    const messages = await open("failure-modes/messages.html");
    expect(await messages.locator("main").textContent()).toContain("{…} stands for a value");
  });

  it.each(["", "commands/", "failure-modes/", "tasks/ci.html", "architecture/"])(
    "page '%s' fits a telephone, and its menu leads to other pages",
    async (path) => {
      const page = await open(path, { viewport: { width: 380, height: 800 }, colorScheme: "dark" });
      const width = "document.documentElement.scrollWidth";
      expect(await page.evaluate(width)).toBe(380);
      await page.getByRole("button", { name: "mobile navigation" }).click();
      await page.locator(".VPNavScreen").getByText("Rules").click();
      await page.waitForURL(/rules\/$/);
    },
  );

  it("its pictures are shown", async () => {
    const page = await open("");
    const widths = await page.evaluate(
      "Promise.all([...document.querySelectorAll('main img')].map((image) => image.decode().then(() => image.naturalWidth)))",
    );
    expect(widths).toEqual([expect.any(Number), expect.any(Number)]);
    expect(widths).not.toContain(0);
  });
});
