import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { openContext, startChromium } from "../../../worlds/chromium.ts";
import { PATIENCE } from "../../../worlds/patience.ts";
import { startSandboxWorld } from "../../../worlds/sandbox-world.ts";
import { CLUSTER_NAME, type World } from "../../../worlds/world.ts";
import { clusterOf, type Cluster } from "../../cluster.ts";
import { createSa, S3_READ, STORY } from "../../commands.ts";
import { EXECUTABLE, irsa } from "../../irsa.ts";

const ROLE_KEY = "eks.amazonaws.com/role-arn";
const CART = { namespace: "shop", name: "cart" };

let world: World;
let cluster: Cluster;
let browser: Browser;
let serving: ChildProcess | undefined;
let told = "";
const complaints: string[] = [];

beforeAll(async () => {
  world = await startSandboxWorld();
  cluster = clusterOf(world);
  browser = await startChromium(false);
  for (const args of [STORY.associate, createSa("shop/cart", "--policy-arn", S3_READ, "--approve")])
    expect(await irsa(args, world.environmentOf("admin"))).toMatchObject({ code: 0 });
});
afterEach(async () => {
  await stop();
  complaints.length = 0;
});
afterAll(async () => {
  await browser?.close();
  await world?.stop();
});

async function stop(): Promise<void> {
  if (serving === undefined || serving.exitCode !== null || serving.signalCode !== null) return;
  const gone = once(serving, "exit");
  serving.kill("SIGKILL");
  await gone;
}

/** Serves the page, and opens it. */
async function open(more: readonly string[] = [], environment: NodeJS.ProcessEnv = {}): Promise<Page> {
  const args = ["graph", "--cluster", CLUSTER_NAME, "--serve", "--poll-interval", "10s", ...more];
  const child = spawn(process.execPath, [EXECUTABLE, ...args], {
    env: { ...world.environmentOf("admin"), ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  serving = child;
  told = "";
  child.stderr.setEncoding("utf8").on("data", (part: string) => (told += part));
  const [url] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const page = await (await openContext(browser)).newPage();
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(url);
  await page.locator("#live", { hasText: "Live · cluster as of" }).waitFor();
  return page;
}

async function annotate(role: string): Promise<void> {
  const found = await cluster.core.readNamespacedServiceAccount(CART);
  found.metadata = Object.assign(found.metadata ?? {}, {
    annotations: { ...found.metadata?.annotations, [ROLE_KEY]: role },
  });
  await cluster.core.replaceNamespacedServiceAccount({ ...CART, body: found });
}

it("shows what breaks and is repaired, while what is being typed stays", async () => {
  const page = await open();
  const { annotations } = (await cluster.core.readNamespacedServiceAccount(CART)).metadata ?? {};
  expect(await page.locator("#changes").textContent()).toContain("None since the page was served.");
  await page.getByRole("searchbox").fill("cart");
  await page.locator("#status", { hasText: "found" }).waitFor({ state: "attached" });

  await annotate("arn:aws:iam::111122223333:role/gone");
  await page.locator("#changes li.worse", { hasText: "shop/cart: role: role 'gone' not found" }).waitFor();
  await page.locator("#findings", { hasText: "role-gone" }).waitFor();
  expect(await page.getByRole("searchbox").inputValue()).toBe("cart");
  expect(await page.evaluate("document.activeElement.id")).toBe("search");

  await annotate(annotations?.[ROLE_KEY] ?? "");
  await page.locator("#changes li.better", { hasText: "works" }).waitFor();
  await page.locator("#changes a", { hasText: "works" }).first().click();
  expect(await page.locator("#detail").textContent()).toContain("cart");
  expect(complaints).toEqual([]);
});

it("does not show as live what is not", async () => {
  const page = await open();
  await stop();
  await page.locator("#live.lost", { hasText: "Not live since" }).waitFor();
});

it("is served although no browser can be started", async () => {
  const page = await open(["--open"], { PATH: "/nowhere" });
  await vi.waitFor(() => expect(told).toContain("Open the address above instead"), PATIENCE);
  expect(told).toMatch(/! '.*graph\.html' can't be opened: .*xdg-open/);
  await page.reload();
  await page.locator("#live", { hasText: "Live · cluster as of" }).waitFor();
});
