import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { startChromium } from "../test/worlds/chromium.ts";
import { startLargeWorld } from "./large-world.ts";
import { median, peakMemory, timeOnce } from "./measure.ts";
import { IRSA } from "./subjects.ts";
import { table } from "./table.ts";

/** The same worlds as the audit's. */
const SIZES = [
  { roles: 1_000, serviceAccounts: 2_000, pods: 4_000, podBytes: 4_096 },
  { roles: 5_000, serviceAccounts: 10_000, pods: 20_000, podBytes: 4_096 },
];
const RUNS = 5;

/** Until the page's script has drawn its first view, from the beginning of the navigation, in milliseconds. */
const OPENED = `performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd`;

/**
 * From the last letter to the answer on the screen, in milliseconds; the pause after which the page searches is in it.
 * What is searched for has many results, one, and none.
 */
const SEARCHED = `(async () => {
  const input = document.querySelector("#search");
  const status = document.querySelector("#status");
  const times = [];
  for (const query of ["service", "role-471", "no such thing"]) {
    const begin = performance.now();
    input.value = query;
    input.dispatchEvent(new Event("input"));
    await new Promise((answered) =>
      new MutationObserver((_, observer) => { observer.disconnect(); answered(); }).observe(status, { childList: true }));
    await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
    times.push(performance.now() - begin);
  }
  return times;
})()`;

/** How long `irsa graph` takes for a large AWS account and cluster, and its page in Chromium. */
export async function pictureTable(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "irsa-bench-"));
  const browser = await startChromium();
  try {
    const rows = [];
    for (const size of SIZES) rows.push(await rowOf(size, join(folder, "graph.html"), browser));
    return table(
      ["irsa graph -o html", "wall", "CPU", "peak memory", "file", "opens", "answers a search"],
      rows,
    );
  } finally {
    await browser.close();
    await rm(folder, { recursive: true });
  }
}

async function rowOf(size: (typeof SIZES)[number], file: string, browser: Browser): Promise<string[]> {
  const world = await startLargeWorld(size);
  try {
    const words = [...IRSA, "graph", "--cluster", "bench", "-o", "html", "--file", file];
    const command = { words, env: world.env };
    const times = [];
    for (let run = 0; run < RUNS; run += 1) times.push(await timeOnce(command));
    const memory = (await peakMemory(command)) ?? 0;
    const [opened, searched] = await inBrowser(file, browser);
    return [
      `${size.roles} roles, ${size.serviceAccounts} ServiceAccounts, ${size.pods} pods`,
      `${median(times.map(({ wall }) => wall)).toFixed(1)} s`,
      `${median(times.map(({ cpu }) => cpu)).toFixed(1)} s`,
      `${memory.toFixed(0)} MB`,
      `${((await stat(file)).size / 1e6).toFixed(1)} MB`,
      `${opened.toFixed(0)} ms`,
      `${searched.toFixed(0)} ms`,
    ];
  } finally {
    await world.stop();
  }
}

/** Medians: until it is open, and of all searches. */
async function inBrowser(file: string, browser: Browser): Promise<[opened: number, searched: number]> {
  const opened: number[] = [];
  const searched: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(file).href);
    opened.push(await page.evaluate<number>(OPENED));
    searched.push(...(await page.evaluate<number[]>(SEARCHED)));
    await page.close();
  }
  return [median(opened), median(searched)];
}
