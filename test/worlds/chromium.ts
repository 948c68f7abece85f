import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions } from "playwright-core";
import { installDebian } from "./debian.ts";
import { PATIENCE } from "./patience.ts";

/** Debian's, and what other distributions call the same. */
const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** Nothing of Chromium's own goes to the network. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * Starts a Chromium with a profile of its own, without a window.
 * @param scrollBars whether it shows scroll bars that take room, as on a desk; the driver hides them
 * @throws Error when there is none and it can't be had
 */
export async function startChromium(scrollBars = false): Promise<Browser> {
  return chromium.launch({
    executablePath: await chromiumPath(),
    args: FLAGS,
    timeout: PATIENCE.timeout,
    ignoreDefaultArgs: scrollBars ? ["--hide-scrollbars"] : [],
  });
}

/** Opens a context whose pages wait for what is to be there as long as tests do. */
export async function openContext(
  browser: Browser,
  options?: BrowserContextOptions,
): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(PATIENCE.timeout);
  return context;
}

/**
 * The path of a Chromium: IRSA_CHROMIUM, one of PATH, or Debian's, installed where that may be done.
 * @throws Error when there is none and it can't be had
 */
async function chromiumPath(): Promise<string> {
  const named = process.env["IRSA_CHROMIUM"];
  if (named !== undefined) return named;
  const found = await inPath();
  if (found !== undefined) return found;
  await installDebian("chromium", ["chromium", "fonts-dejavu-core"], "or name one in IRSA_CHROMIUM");
  const installed = await inPath();
  if (installed === undefined) throw new Error("Debian's chromium is installed and not in PATH");
  return installed;
}

async function inPath(): Promise<string | undefined> {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  for (const path of folders.flatMap((folder) => NAMES.map((name) => join(folder, name)))) {
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
