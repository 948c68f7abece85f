import { afterAll, beforeAll, expect, it } from "vitest";
import { clusterArn } from "../../../page/sample-graph.ts";
import { largeGraph } from "../../../page/large-graph.ts";
import { openViewer, type Viewer } from "./browser.ts";

let viewer: Viewer;

beforeAll(async () => {
  viewer = await openViewer(largeGraph({ namespaces: 130, workloads: 100 }));
});
afterAll(() => viewer.close());

it("begins a large picture with its namespaces, the worst first, and lays out nothing", async () => {
  const { page, complaints } = await viewer.open();
  await page.getByRole("heading", { name: "Clusters and namespaces" }).waitFor();
  expect(await page.locator("svg.picture").count()).toBe(0);
  expect(await page.locator(".card").count()).toBe(60);
  expect(await page.locator(".card").first().textContent()).toBe(
    "team-003100 ServiceAccounts, 100 workloads100 broken",
  );
  await page.getByLabel("pages of namespaces").getByRole("link", { name: "Next" }).click();
  await page.getByText("61–120 of 130").waitFor();
  expect(complaints).toEqual([]);
});

it("draws what is opened up to a limit, which it says", async () => {
  const { page } = await viewer.open({ view: { node: `${clusterArn("large")}/team-003` } });
  expect(await page.locator("svg.picture a.node").count()).toBe(150);
  expect(await page.locator("#stage .count").textContent()).toBe(
    "252 nodes; drawn are the 150 nearest, the worst of them first",
  );
  expect(await page.locator("#detail .more").first().textContent()).toBe(
    "and 75 others: search for them by name",
  );
});

it("draws the chains of the first of what is found, and lists all of it by pages", async () => {
  const { page } = await viewer.open({ view: { query: "service-7" } });
  expect(await page.locator("#stage .count").textContent()).toMatch(
    /^3,\d\d\d nodes; drawn are the chains of the first/,
  );
  expect(await page.locator(".results tbody tr").count()).toBe(100);
  await page.getByRole("searchbox").fill("team-101/service-7");
  await page.locator("#status", { hasText: "11 nodes found" }).waitFor({ state: "attached" });
});
